package dev.imprint.app.sending;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import dev.imprint.app.config.FileErrors;
import dev.imprint.app.config.ImprintConfig;
import dev.imprint.app.options.KafkaOptions;
import dev.imprint.app.service.CommandFailedException;
import dev.imprint.app.service.Failures;
import dev.imprint.app.service.TopicSetup;
import dev.imprint.event.ImageBytes;
import dev.imprint.event.IncomingImage;
import dev.imprint.event.Topics;
import dev.imprint.terminal.ExitCodes;
import dev.imprint.terminal.Progress;
import dev.imprint.terminal.Text;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "send",
    description = {
      "Send image files to be classified.",
      "In a folder, an image's id is its path relative to the folder; a single file's id is its"
          + " name."
    })
public final class SendCommand implements Callable<Integer> {
  private static final long LOOK_EVERY_MS = 1000;

  @Spec private CommandSpec spec;
  @Mixin private KafkaOptions kafka;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "Infinity",
      showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
      description = "Images per second; as fast as possible by default.")
  private double rate;

  @Option(
      names = "--label-by-folder",
      description = "Label each image with the name of its folder.")
  private boolean labelByFolder;

  @Option(
      names = "--id",
      paramLabel = "ID",
      description = "Id of an image read from standard input.")
  private @Nullable String id;

  @Option(
      names = "--watch",
      description =
          "Keep running, and send each new file in the folders once it is complete. A restart"
              + " sends again whatever is still there; see --new-only.")
  private boolean watch;

  @Option(names = "--new-only", description = "With --watch: skip files that already exist.")
  private boolean newOnly;

  @Parameters(
      paramLabel = "PATH",
      arity = "1..*",
      description = "Files and folders; - reads one image from standard input, with --id.")
  private List<Path> paths;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (!(rate > 0)) {
      throw new ParameterException(
          spec.commandLine(), "--rate is %s: set more than 0".formatted(rate));
    }
    boolean stdin = paths.contains(Path.of("-"));
    requireOptionsThatFit(stdin);
    ImprintConfig config = kafka.config();
    List<ImageFile> files = stdin || watch ? List.of() : ImageFile.find(paths);
    Topics topics = config.topics();
    TopicSetup.require(config, topics.images());
    if (labelByFolder) {
      TopicSetup.require(config, topics.feedback());
    }
    if (stdin) {
      return sendStandardInput(config);
    }
    if (watch) {
      return watch(config);
    }
    return sendAll(files, config);
  }

  private void requireOptionsThatFit(boolean stdin) {
    String problem =
        stdin && (paths.size() > 1 || watch || labelByFolder)
            ? "- (standard input) requires --id"
            : stdin != (id != null)
                ? "--id and - (standard input) go together: give both or neither"
                : newOnly && !watch
                    ? "--new-only requires --watch"
                    : watch && !paths.stream().allMatch(Files::isDirectory)
                        ? "--watch takes folders; this is not one: " + paths
                        : "";
    if (!problem.isEmpty()) {
      throw new ParameterException(spec.commandLine(), problem);
    }
  }

  private int sendStandardInput(ImprintConfig config) throws IOException, InterruptedException {
    int limit = config.images().maxBytes();
    byte[] key = Objects.requireNonNull(id).getBytes(UTF_8);
    if (key.length == 0 || key.length > IncomingImage.MAX_ID_BYTES) {
      throw new ParameterException(
          spec.commandLine(), "--id must have 1 to %d bytes".formatted(IncomingImage.MAX_ID_BYTES));
    }
    byte[] image;
    try {
      image = ImageBytes.checked(System.in.readNBytes(limit + 1), limit);
    } catch (IOException e) {
      throw new CommandFailedException("standard input: not sent: " + FileErrors.reason(e));
    }
    String topic = config.topics().images();
    try (Producer<byte[], byte[]> producer =
        KafkaOptions.clients(config).producer(limit + Topics.RECORD_OVERHEAD_BYTES)) {
      producer.send(new ProducerRecord<>(topic, key, image)).get();
    } catch (ExecutionException e) {
      throw new CommandFailedException("not sent: " + Failures.describe(e));
    }
    spec.commandLine().getOut().println("sent %s to %s".formatted(Text.oneLine(id), topic));
    return ExitCodes.DONE;
  }

  /** Runs until it is stopped; each round is flushed, so that nothing is lost then. */
  private int watch(ImprintConfig config) throws IOException, InterruptedException {
    int limit = config.images().maxBytes();
    PrintWriter err = spec.commandLine().getErr();
    FolderWatch folders = new FolderWatch(paths, newOnly);
    err.println("watching " + paths.stream().map(Path::toString).collect(joining(", ")));
    try (Producer<byte[], byte[]> producer =
        KafkaOptions.clients(config).producer(limit + Topics.RECORD_OVERHEAD_BYTES)) {
      Sending sending = new Sending(producer, config.topics(), limit, err::println);
      int failed = 0;
      while (true) {
        List<ImageFile> arrived = folders.look();
        Pace pace = new Pace(rate, System.nanoTime());
        for (ImageFile file : arrived) {
          TimeUnit.NANOSECONDS.sleep(pace.untilNext(System.nanoTime()));
          sending.send(file);
        }
        int failedNow = sending.finish();
        if (!arrived.isEmpty()) {
          spec.commandLine()
              .getOut()
              .println(
                  "sent %d of %d images to %s"
                      .formatted(
                          arrived.size() - (failedNow - failed),
                          arrived.size(),
                          config.topics().images()));
        }
        failed = failedNow;
        TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
      }
    }
  }

  private int sendAll(List<ImageFile> files, ImprintConfig config) throws InterruptedException {
    Topics topics = config.topics();
    int limit = config.images().maxBytes();
    PrintWriter err = spec.commandLine().getErr();
    long start = System.nanoTime();
    int failed;
    try (Producer<byte[], byte[]> producer =
            KafkaOptions.clients(config).producer(limit + Topics.RECORD_OVERHEAD_BYTES);
        Progress progress = Progress.open("Sending", files.size(), err)) {
      Sending sending = new Sending(producer, topics, limit, progress::print);
      Pace pace = new Pace(rate, start);
      for (ImageFile file : files) {
        TimeUnit.NANOSECONDS.sleep(pace.untilNext(System.nanoTime()));
        sending.send(file);
        progress.step();
      }
      failed = sending.finish();
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    spec.commandLine()
        .getOut()
        .println(
            "sent %d of %d images%s to %s in %.1f s"
                .formatted(
                    files.size() - failed,
                    files.size(),
                    labelByFolder ? " with their labels" : "",
                    topics.images(),
                    seconds));
    return failed == 0 ? ExitCodes.DONE : ExitCodes.FAILED;
  }

  /** One run of the command. */
  private final class Sending {
    private final Producer<byte[], byte[]> producer;
    private final FolderLabels labels;
    private final String topic;
    private final int limit;
    private final Consumer<String> said;
    // Also updated by the producer's thread.
    private final Set<ImageFile> failed = ConcurrentHashMap.newKeySet();

    Sending(Producer<byte[], byte[]> producer, Topics topics, int limit, Consumer<String> said) {
      this.producer = producer;
      this.topic = topics.images();
      this.limit = limit;
      this.said = said;
      String who = KafkaOptions.user();
      this.labels = new FolderLabels(producer, topics.feedback(), who, this::failed);
    }

    void send(ImageFile file) throws InterruptedException {
      try {
        byte[] image = file.read(limit);
        Future<RecordMetadata> sent =
            producer.send(
                new ProducerRecord<>(topic, file.key(), image),
                (metadata, e) -> {
                  if (e != null) {
                    failed(file, e);
                  }
                });
        if (labelByFolder) {
          labels.sent(file, image, sent);
        }
      } catch (IOException | KafkaException e) { // thrown at once by a producer that was refused
        failed(file, e);
      }
    }

    /** Returns how many images, or their labels, were not sent; each has been reported. */
    int finish() throws InterruptedException {
      producer.flush();
      labels.finish();
      producer.flush();
      return failed.size();
    }

    private void failed(ImageFile file, Exception e) {
      if (!failed.add(file)) {
        return; // Kafka's producer may both throw and call back
      }
      said.accept(
          "%s: not sent: %s"
              .formatted(
                  file.path(),
                  e instanceof IOException unread
                      ? FileErrors.reason(unread)
                      : Failures.describe(e)));
    }
  }
}
