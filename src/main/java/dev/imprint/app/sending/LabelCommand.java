package dev.imprint.app.sending;

import dev.imprint.app.config.ImprintConfig;
import dev.imprint.app.options.KafkaOptions;
import dev.imprint.app.service.CommandFailedException;
import dev.imprint.app.service.Failures;
import dev.imprint.app.service.TopicSetup;
import dev.imprint.event.Clients;
import dev.imprint.event.FeedbackCodec;
import dev.imprint.event.Topics;
import dev.imprint.model.Feedback;
import dev.imprint.model.Verdict;
import dev.imprint.model.Why;
import dev.imprint.model.labels.PlainText;
import dev.imprint.terminal.ExitCodes;
import dev.imprint.terminal.Text;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
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
      "Tell the service what an image shows, so that it learns from it.",
      "To label many at once, use send --label-by-folder or write to the feedback topic."
    })
public final class LabelCommand implements Callable<Integer> {
  private static final int MAX_RECORD_BYTES = 64 * 1024;

  /** A label is usually processed by then; one that says nothing new leads to no record. */
  private static final Duration USUALLY = Duration.ofSeconds(5);

  @Spec private CommandSpec spec;
  @Mixin private KafkaOptions kafka;

  @Parameters(index = "0", paramLabel = "IMAGE_ID", description = "The key of the image's record.")
  private String imageId;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "LABEL",
      description = "The right label for the image.")
  private @Nullable String label;

  @Option(names = "--correct", description = "Confirm the predicted label.")
  private boolean correct;

  @Option(
      names = "--incorrect",
      description = "Reject the predicted label without naming the right one.")
  private boolean incorrect;

  @Option(names = "--forget", description = "Stop learning from this image.")
  private boolean forget;

  @Option(
      names = "--who",
      paramLabel = "NAME",
      description = "Who gives the label; your login by default.")
  private String who = KafkaOptions.user();

  @Option(
      names = "--why",
      paramLabel = "WHY",
      defaultValue = "other",
      description = "Why you looked at the image: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
  private Why why;

  @Option(
      names = "--wait",
      description =
          "Wait until the service has processed the label. The exit code is 3 if it refuses the"
              + " label, 1 if it has not processed it within --timeout.")
  private boolean wait;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "How long to wait with --wait, in seconds (${DEFAULT-VALUE}).")
  private long timeout;

  @Override
  public Integer call() throws InterruptedException {
    if (imageId.isBlank() || (label != null && label.isBlank())) {
      throw new ParameterException(
          spec.commandLine(), "IMAGE_ID or LABEL is empty: give the image's key and what it shows");
    }
    if (Stream.of(label != null, correct, incorrect, forget).filter(said -> said).count() != 1) {
      throw new ParameterException(
          spec.commandLine(), "give a LABEL, or one of --correct, --incorrect and --forget");
    }
    label = shown();
    ImprintConfig config = kafka.config();
    Clients clients = KafkaOptions.clients(config);
    String topic = config.topics().feedback();
    Topics topics = config.topics();
    TopicSetup.require(config, topic);
    if (wait) {
      TopicSetup.require(config, topics.labels(), topics.outcomes(), topics.feedbackDlq());
    }
    Feedback feedback =
        new Feedback(imageId, label, verdict(), null, who, why, Clock.systemUTC().instant());
    String told = Text.oneLine(imageId) + ": " + words();
    PrintWriter out = spec.commandLine().getOut();
    if (!wait) {
      RecordMetadata sent = send(clients, topic, feedback);
      out.println("%s, sent to %s-%d@%d".formatted(told, topic, sent.partition(), sent.offset()));
      return ExitCodes.DONE;
    }
    try (LabelReceipt receipt = LabelReceipt.open(clients, topics)) {
      RecordMetadata sent = send(clients, topic, feedback);
      spec.commandLine().getErr().println(told + ", sent to " + topic);
      return report(receipt, feedback, sent);
    }
  }

  private int report(LabelReceipt receipt, Feedback feedback, RecordMetadata sent) {
    String id = Text.oneLine(imageId);
    Duration patience = Duration.ofSeconds(timeout);
    Duration first = patience.compareTo(USUALLY) < 0 ? patience : USUALLY;
    LabelReceipt.Fate fate = receipt.await(feedback, sent, first);
    if (fate == null && label != null && label.equals(receipt.label(imageId))) {
      fate = new LabelReceipt.Fate.Taken("already labelled '%s'".formatted(label));
    }
    if (fate == null) {
      fate = receipt.await(feedback, sent, patience.minus(first));
    }
    if (fate instanceof LabelReceipt.Fate.RefusedLabel) {
      spec.commandLine().getErr().println("%s: refused: %s".formatted(id, fate.words()));
      return ExitCodes.REFUSED;
    }
    if (fate == null && receipt.counted()) {
      fate =
          new LabelReceipt.Fate.Taken(
              "counted, but not learned from: its picture is gone or too large");
    }
    if (fate == null) {
      throw new CommandFailedException(
          ("%s: not processed after %d s: is a service running, and has the image arrived?"
                  + " Feedback waits for its image for learning.feedback_wait_seconds")
              .formatted(id, timeout));
    }
    spec.commandLine().getOut().println(id + ": " + fate.words());
    return ExitCodes.DONE;
  }

  private static RecordMetadata send(Clients clients, String topic, Feedback feedback)
      throws InterruptedException {
    try (Producer<byte[], byte[]> producer = clients.producer(MAX_RECORD_BYTES)) {
      return producer.send(FeedbackCodec.record(topic, feedback)).get();
    } catch (ExecutionException e) {
      throw new CommandFailedException("not sent: " + Failures.describe(e));
    }
  }

  private String words() {
    if (label != null) {
      return "'%s'".formatted(Text.oneLine(label));
    }
    return correct
        ? "the predicted label is right"
        : incorrect ? "the predicted label is wrong" : "no longer learned from";
  }

  private @Nullable String shown() {
    try {
      return label == null ? null : PlainText.label(label);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "LABEL " + e.getMessage(), e);
    }
  }

  private @Nullable Verdict verdict() {
    if (correct) {
      return Verdict.CORRECT;
    }
    return incorrect ? Verdict.INCORRECT : forget ? Verdict.FORGET : null;
  }
}
