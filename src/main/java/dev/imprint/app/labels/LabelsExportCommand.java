package dev.imprint.app.labels;

import dev.imprint.app.config.FileErrors;
import dev.imprint.app.config.ImprintConfig;
import dev.imprint.app.labels.LabelsOptions.ServiceLabels;
import dev.imprint.app.models.ModelsOptions;
import dev.imprint.app.service.CommandFailedException;
import dev.imprint.app.service.TopicSetup;
import dev.imprint.labels.ExportedPictures;
import dev.imprint.labels.LabelFile;
import dev.imprint.labels.LabelLine;
import dev.imprint.terminal.ExitCodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "export",
    description = {
      "Write all labels to a file, or a folder, which labels import reads.",
      "The name sets the format: .csv, .jsonl, .json for COCO; anything without a dot is a folder"
          + " with the pictures, one folder per label."
    })
final class LabelsExportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelsOptions models;

  @Parameters(paramLabel = "PATH", description = "A file or folder that does not exist yet.")
  private Path path;

  @Option(
      names = "--pictures",
      description =
          "Also write the pictures, to a folder 'pictures' beside the file, so that another"
              + " service can import them.")
  private boolean pictures;

  @Override
  public Integer call() {
    ImprintConfig config = models.config();
    try {
      LabelFile form = LabelFile.of(path);
      if (Files.exists(path)) {
        throw new CommandFailedException(path + " exists already: name another");
      }
      ServiceLabels all = LabelsOptions.read(config);
      List<LabelLine> lines =
          all.set().labels().stream().map(label -> LabelLine.of(label, null)).toList();
      Path root = form.root(path);
      if (form == LabelFile.FOLDER || pictures) {
        Path folder = form == LabelFile.FOLDER ? root : root.resolve("pictures");
        if (Files.exists(folder)) {
          throw new CommandFailedException(folder + " exists already: move it away");
        }
        TopicSetup.require(config, all.topics().pictures());
        Files.createDirectories(folder);
        lines = ExportedPictures.write(root, folder, lines, all.clients(), all.topics());
      }
      form.write(path, lines);
      long files = lines.stream().map(LabelLine::file).filter(Objects::nonNull).count();
      spec.commandLine()
          .getOut()
          .println("exported %d labels and %d pictures to %s".formatted(lines.size(), files, path));
      return ExitCodes.DONE;
    } catch (IOException e) {
      throw new CommandFailedException(FileErrors.reason(e), e);
    }
  }
}
