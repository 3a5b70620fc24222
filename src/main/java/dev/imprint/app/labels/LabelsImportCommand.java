package dev.imprint.app.labels;

import dev.imprint.app.config.FileErrors;
import dev.imprint.app.config.ImprintConfig;
import dev.imprint.app.options.KafkaOptions;
import dev.imprint.app.sending.ImageFile;
import dev.imprint.app.sending.LabelSending;
import dev.imprint.app.service.CommandFailedException;
import dev.imprint.app.service.TopicSetup;
import dev.imprint.event.Topics;
import dev.imprint.labels.LabelFile;
import dev.imprint.labels.LabelLine;
import dev.imprint.model.labels.Spellings;
import dev.imprint.terminal.ExitCodes;
import dev.imprint.terminal.Progress;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "import",
    description = {
      "Send the labels of a file, or a folder, to the service.",
      "The name sets the format: .csv or .jsonl with image_id and label, .json for COCO; or a folder"
          + " of pictures for each label. If a picture is named, it is sent too; otherwise, the"
          + " service must know the image. Nothing is sent unless all of it can be read."
    })
final class LabelsImportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private KafkaOptions kafka;

  @Parameters(paramLabel = "PATH", description = "The file or folder.")
  private Path path;

  @Option(
      names = "--who",
      paramLabel = "NAME",
      description = "Who gave the labels that do not name anybody; your login by default.")
  private String who = KafkaOptions.user();

  @Option(names = "--dry-run", description = "Only read and check.")
  private boolean dryRun;

  @Override
  public Integer call() throws InterruptedException {
    ImprintConfig config = kafka.config();
    int limit = config.images().maxBytes();
    LabelFolder folder = read(limit);
    List<LabelLine> lines = folder.lines();
    long pictures = lines.stream().map(LabelLine::file).filter(Objects::nonNull).count();
    PrintWriter out = spec.commandLine().getOut();
    Spellings.among(lines.stream().map(LabelLine::label).toList())
        .forEach(group -> spec.commandLine().getErr().println(Spellings.words(group)));
    if (dryRun) {
      out.println("would send %d labels and %d pictures".formatted(lines.size(), pictures));
      return ExitCodes.DONE;
    }
    Topics topics = config.topics();
    TopicSetup.require(config, topics.images(), topics.feedback());
    int failed;
    try (Producer<byte[], byte[]> producer =
            KafkaOptions.clients(config).producer(limit + Topics.RECORD_OVERHEAD_BYTES);
        Progress progress = Progress.open("Importing", lines.size(), spec.commandLine().getErr())) {
      LabelSending sending = new LabelSending(producer, topics, who, progress::print);
      for (LabelLine line : lines) {
        send(sending, folder.root(), line, limit);
        progress.step();
      }
      failed = sending.finish();
    }
    out.println(
        "sent %d of %d labels and %d pictures to %s"
            .formatted(lines.size() - failed, lines.size(), pictures, topics.feedback()));
    return failed == 0 ? ExitCodes.DONE : ExitCodes.FAILED;
  }

  private static void send(LabelSending sending, Path root, LabelLine line, int limit)
      throws InterruptedException {
    try {
      Path file = file(root, line);
      byte[] picture = file == null ? null : new ImageFile(line.imageId(), file).read(limit);
      sending.send(line, picture);
    } catch (IOException e) {
      sending.failed(line, FileErrors.reason(e));
    }
  }

  /**
   * @param root the folder that the pictures must be in
   */
  private record LabelFolder(Path root, List<LabelLine> lines) {}

  /** With all that can be checked before anything is sent. */
  private LabelFolder read(int limit) {
    try {
      LabelFile form = LabelFile.of(path);
      if (!Files.exists(path)) {
        throw new CommandFailedException(path + ": no such file or folder");
      }
      List<LabelLine> lines = form.read(path);
      if (lines.isEmpty()) {
        throw new CommandFailedException(path + " has no labels");
      }
      Path root = form.root(path).toRealPath();
      LabelFile.requireEach(lines, line -> check(root, line, limit));
      return new LabelFolder(root, lines);
    } catch (IOException e) {
      throw new CommandFailedException("%s: %s".formatted(path, FileErrors.reason(e)), e);
    }
  }

  private static void check(Path root, LabelLine line, int limit) throws IOException {
    Path file = file(root, line);
    if (file != null) {
      try {
        new ImageFile(line.imageId(), file).check(limit);
      } catch (IOException e) {
        throw new IOException("%s: %s".formatted(file, FileErrors.reason(e)), e);
      }
    }
  }

  /**
   * Null if the line names none.
   *
   * @throws IOException if it is missing, or outside of the folder
   */
  private static @Nullable Path file(Path root, LabelLine line) throws IOException {
    String name = line.file();
    if (name == null) {
      return null;
    }
    try {
      Path file = root.resolve(name).normalize();
      if (!Files.isRegularFile(file)) {
        throw new IOException("the picture of %s is missing: %s".formatted(line.imageId(), file));
      }
      if (!file.toRealPath().startsWith(root)) {
        throw new IOException(
            "the picture of %s is outside of %s: %s".formatted(line.imageId(), root, name));
      }
      return file;
    } catch (InvalidPathException e) {
      throw new IOException(
          ("this locale has no name for the picture of %s: set LC_ALL=C.UTF-8"
                  + " (or the name is not valid)")
              .formatted(line.imageId()),
          e);
    }
  }
}
