package dev.imprint.app.models;

import dev.imprint.app.config.FileErrors;
import dev.imprint.app.config.ImprintConfig;
import dev.imprint.app.service.CommandFailedException;
import dev.imprint.app.service.ModelFiles;
import dev.imprint.event.HeadFile;
import dev.imprint.model.ModelVersion;
import dev.imprint.rollout.ModelStore;
import dev.imprint.rollout.Models;
import dev.imprint.tensorflow.export.ClassifierExport;
import dev.imprint.tensorflow.export.ExportFormat;
import dev.imprint.terminal.EscapingWriter;
import dev.imprint.terminal.ExitCodes;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "export",
    description = {
      "Write a version, its backbone and its labels as one model for other programs.",
      "keras: a file that Keras 3 loads without custom objects. savedmodel: a folder for TensorFlow"
          + " Serving. Both take pictures of any size as numbers from 0 to 255 (RGB). The result is"
          + " read again and compared with Imprint's answers before it is kept."
    })
final class ModelsExportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelsOptions models;

  @Parameters(
      paramLabel = "VERSION",
      arity = "0..1",
      description = "Version, such as v12-15a7825e or v12; the serving one if none is named.")
  private @Nullable String version;

  @Option(names = "--format", required = true, description = "${COMPLETION-CANDIDATES}.")
  private ExportFormat format;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "PATH",
      description = "A .keras file, or a folder, that does not exist yet.")
  private Path out;

  @Override
  public Integer call() {
    ImprintConfig config = models.config();
    ModelStore store = ModelsOptions.store(config);
    Models all = store.models();
    ModelVersion found = ModelsShowCommand.find(all, version);
    try {
      HeadFile head = store.head(found).under(all.labelChanges());
      ClassifierExport export =
          new ClassifierExport(
              new ModelFiles(config).descriptionWithId(found.trunkId()),
              head.head(),
              store.tunedTop(found));
      print(found.version(), export.write(format, out));
      return ExitCodes.DONE;
    } catch (IOException e) {
      throw new CommandFailedException(
          "%s cannot be exported to %s: %s".formatted(found.version(), out, FileErrors.reason(e)),
          e);
    } catch (IllegalArgumentException e) {
      throw new CommandFailedException(
          "%s cannot be exported: %s".formatted(found.version(), e.getMessage()), e);
    }
  }

  private void print(String name, ClassifierExport.Exported exported) {
    PrintWriter text = spec.commandLine().getOut();
    text.println(
        "exported %s to %s; on %d pictures, its probabilities differ from Imprint's by at most %.1e"
            .formatted(name, out, exported.pictures(), exported.difference()));
    if (!exported.yaml().isEmpty()) {
      text.println();
      text.println(
          "To serve it as a whole classifier, store these lines as a YAML file next to it:");
      text.println(EscapingWriter.escaped(exported.yaml().stripTrailing()));
    }
  }
}
