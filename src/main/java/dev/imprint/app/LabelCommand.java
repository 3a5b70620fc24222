package dev.imprint.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.Clients;
import dev.imprint.event.FeedbackCodec;
import dev.imprint.model.Feedback;
import dev.imprint.model.Verdict;
import dev.imprint.model.Why;
import java.time.Clock;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "label",
    description = {
      "Say what an image shows; the service learns from it.",
      "For many at once: send --label-by-folder, or events on the topic feedback."
    })
final class LabelCommand implements Callable<Integer> {
  private static final int MAX_RECORD_BYTES = 64 * 1024;

  @Spec private CommandSpec spec;
  @Mixin private KafkaOptions kafka;

  @Parameters(index = "0", paramLabel = "IMAGE_ID", description = "Key of the image's record.")
  private String imageId;

  @Parameters(index = "1", arity = "0..1", paramLabel = "LABEL", description = "What it shows.")
  private @Nullable String label;

  @Option(names = "--correct", description = "The predicted label is right.")
  private boolean correct;

  @Option(names = "--incorrect", description = "It is not, and the right one is not known.")
  private boolean incorrect;

  @Option(names = "--forget", description = "Learn no longer from this image.")
  private boolean forget;

  @Option(
      names = "--who",
      paramLabel = "NAME",
      description = "Who says so; your login if left out.")
  private String who = KafkaOptions.user();

  @Option(
      names = "--why",
      paramLabel = "WHY",
      defaultValue = "other",
      description = "Why it was looked at: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
  private Why why;

  @Override
  public Integer call() throws InterruptedException {
    if (imageId.isBlank() || (label != null && label.isBlank())) {
      throw new ParameterException(
          spec.commandLine(),
          "IMAGE_ID or LABEL is empty: name the image's key, and what it shows");
    }
    if (Stream.of(label != null, correct, incorrect, forget).filter(said -> said).count() != 1) {
      throw new ParameterException(
          spec.commandLine(), "name a LABEL, or one of --correct, --incorrect and --forget");
    }
    ImprintConfig config = kafka.config();
    Clients clients = KafkaOptions.clients(config);
    String topic = config.topics().feedback();
    try (Admin admin = KafkaAddress.admin(config)) {
      new TopicSetup(admin, config).require(topic);
    }
    Feedback feedback =
        new Feedback(imageId, label, verdict(), null, who, why, Clock.systemUTC().instant());
    try (Producer<byte[], byte[]> producer = clients.producer(MAX_RECORD_BYTES)) {
      producer
          .send(
              new ProducerRecord<>(topic, imageId.getBytes(UTF_8), FeedbackCodec.encode(feedback)))
          .get();
    } catch (ExecutionException e) {
      throw new CommandFailedException(
          "not sent: " + Failures.describe(e.getCause() == null ? e : e.getCause()));
    }
    spec.commandLine().getOut().println("sent to " + topic);
    return Imprint.DONE;
  }

  private @Nullable Verdict verdict() {
    if (correct) {
      return Verdict.CORRECT;
    }
    return incorrect ? Verdict.INCORRECT : forget ? Verdict.FORGET : null;
  }
}
