package dev.imprint.app;

import dev.imprint.event.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
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
      "A folder is walked, and the ids are the relative paths; a single file's id is its name."
    })
final class SendCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private KafkaOptions kafka;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "Infinity",
      showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
      description = "Images a second; as fast as it goes if left out.")
  private double rate;

  @Option(
      names = "--label-by-folder",
      description = "Label each image with the name of the folder that it lies in.")
  private boolean labelByFolder;

  @Parameters(paramLabel = "PATH", arity = "1..*", description = "Files and folders.")
  private List<Path> paths;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (!(rate > 0)) {
      throw new ParameterException(
          spec.commandLine(), "--rate is %s: set more than 0".formatted(rate));
    }
    ImprintConfig config = kafka.config();
    List<ImageFile> files = ImageFile.find(paths);
    Topics topics = config.topics();
    try (Admin admin = KafkaAddress.admin(config)) {
      TopicSetup setup = new TopicSetup(admin, config);
      setup.require(topics.images());
      if (labelByFolder) {
        setup.require(topics.feedback());
      }
    }
    int limit = config.images().maxBytes();
    PrintWriter err = spec.commandLine().getErr();
    long start = System.nanoTime();
    int failed;
    try (Producer<byte[], byte[]> producer =
            KafkaOptions.clients(config).producer(limit + Topics.RECORD_OVERHEAD_BYTES);
        Progress progress = Progress.open("Sending", files.size(), err)) {
      Sending sending = new Sending(producer, topics, limit, err);
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
    return failed == 0 ? Imprint.DONE : Imprint.FAILED;
  }

  /** One run of the command. */
  private final class Sending {
    private final Producer<byte[], byte[]> producer;
    private final FolderLabels labels;
    private final String topic;
    private final int limit;
    private final PrintWriter err;
    // Counted by the producer's thread, too.
    private final Set<ImageFile> failed = ConcurrentHashMap.newKeySet();

    Sending(Producer<byte[], byte[]> producer, Topics topics, int limit, PrintWriter err) {
      this.producer = producer;
      this.topic = topics.images();
      this.limit = limit;
      this.err = err;
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
      } catch (IOException | KafkaException e) { // a producer that was refused throws at once
        failed(file, e);
      }
    }

    /** Returns how many images, or their labels, were not sent; each was said. */
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
      err.println(
          "%s: not sent: %s"
              .formatted(
                  file.path(),
                  e instanceof IOException unread
                      ? Failures.reason(unread)
                      : Failures.describe(e)));
    }
  }
}
