package dev.imprint.app;

import dev.imprint.event.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
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
    String topic = config.topics().images();
    try (Admin admin = KafkaOptions.clients(config).admin()) {
      new TopicSetup(admin, config).require(topic);
    }
    int limit = config.images().maxBytes();
    PrintWriter err = spec.commandLine().getErr();
    AtomicInteger failed = new AtomicInteger();
    long start = System.nanoTime();
    try (Producer<byte[], byte[]> producer =
            KafkaOptions.clients(config).producer(limit + Topics.RECORD_OVERHEAD_BYTES);
        Progress progress = Progress.open("Sending", files.size(), err)) {
      Pace pace = new Pace(rate, start);
      for (ImageFile file : files) {
        TimeUnit.NANOSECONDS.sleep(pace.untilNext(System.nanoTime()));
        try {
          producer.send(
              new ProducerRecord<>(topic, file.key(), file.read(limit)),
              (metadata, e) -> {
                if (e != null) {
                  notSent(file, e, failed, err);
                }
              });
        } catch (IOException e) {
          notSent(file, e, failed, err);
        }
        progress.step();
      }
      producer.flush();
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    spec.commandLine()
        .getOut()
        .println(
            "sent %d of %d images to %s in %.1f s"
                .formatted(files.size() - failed.get(), files.size(), topic, seconds));
    return failed.get() == 0 ? Imprint.DONE : Imprint.FAILED;
  }

  private static void notSent(ImageFile file, Exception e, AtomicInteger failed, PrintWriter err) {
    failed.incrementAndGet();
    err.println("%s: not sent: %s".formatted(file.path(), e.getMessage()));
  }
}
