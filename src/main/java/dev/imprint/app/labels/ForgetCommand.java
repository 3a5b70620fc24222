package dev.imprint.app.labels;

import dev.imprint.app.config.ImprintConfig;
import dev.imprint.app.labels.LabelsOptions.ServiceLabels;
import dev.imprint.app.models.ModelsOptions;
import dev.imprint.app.options.KafkaOptions;
import dev.imprint.app.service.CommandFailedException;
import dev.imprint.app.service.Failures;
import dev.imprint.app.service.TopicSetup;
import dev.imprint.event.FeedbackCodec;
import dev.imprint.event.Topics;
import dev.imprint.labels.LabelledSet;
import dev.imprint.model.Feedback;
import dev.imprint.model.Label;
import dev.imprint.model.Verdict;
import dev.imprint.model.Why;
import dev.imprint.terminal.ExitCodes;
import dev.imprint.terminal.Text;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "forget",
    description = {
      "Stop learning from all pictures that somebody has labelled.",
      "Each is removed as by 'label IMAGE_ID --forget'. Versions that learned from them stay: run"
          + " 'retrain' to train one that has not. Pictures that somebody else has relabelled,"
          + " before or in the meantime, are kept."
    })
public final class ForgetCommand implements Callable<Integer> {
  private static final int MAX_RECORD_BYTES = 64 * 1024;
  private static final long LOOK_EVERY_MS = 1000;

  @Spec private CommandSpec spec;
  @Mixin private ModelsOptions models;

  @Option(
      names = "--who",
      paramLabel = "NAME",
      required = true,
      description =
          "Who gave the labels, as shown by 'labels stats'. Labels of 'unknown' have no name:"
              + " find them with 'labels export', and forget them one by one.")
  private String who;

  @Option(names = "--dry-run", description = "Only say how many there are.")
  private boolean dryRun;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description =
          "How long to wait until the service has removed them, in seconds (${DEFAULT-VALUE}).")
  private long timeout;

  @Override
  public Integer call() throws InterruptedException {
    ImprintConfig config = models.config();
    ServiceLabels all = LabelsOptions.read(config);
    List<Label> theirs = theirs(all.set());
    String name = Text.oneLine(who);
    if (theirs.isEmpty()) {
      throw new CommandFailedException(
          "no labels by %s: 'imprint labels stats' lists who has labelled".formatted(name));
    }
    PrintWriter out = spec.commandLine().getOut();
    if (dryRun) {
      out.println("would forget %d pictures labelled by %s".formatted(theirs.size(), name));
      return ExitCodes.DONE;
    }
    TopicSetup.require(config, all.topics().feedback());
    send(all, theirs);
    spec.commandLine()
        .getErr()
        .println("%d pictures labelled by %s: sent".formatted(theirs.size(), name));
    int left = await(all);
    if (left > 0) {
      throw new CommandFailedException(
          "%d labels by %s are still there after %d s: is a service running?"
              .formatted(left, name, timeout));
    }
    out.println("forgot %d pictures labelled by %s".formatted(theirs.size(), name));
    return ExitCodes.DONE;
  }

  private List<Label> theirs(LabelledSet set) {
    return set.labels().stream().filter(label -> who.equals(label.who())).toList();
  }

  private static void send(ServiceLabels all, List<Label> labels) throws InterruptedException {
    Topics topics = all.topics();
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    try (Producer<byte[], byte[]> producer = all.clients().producer(MAX_RECORD_BYTES)) {
      for (Label label : labels) {
        Feedback feedback =
            new Feedback(
                label.imageId(),
                null,
                Verdict.FORGET,
                label.feedback(), // not the picture: somebody may be relabelling it just now
                KafkaOptions.user(),
                Why.OTHER,
                Clock.systemUTC().instant());
        sent.add(producer.send(FeedbackCodec.record(topics.feedback(), feedback)));
      }
      for (Future<RecordMetadata> each : sent) {
        each.get();
      }
    } catch (ExecutionException e) {
      throw new CommandFailedException("not all sent: " + Failures.describe(e));
    }
  }

  /** Returns how many are left. */
  private int await(ServiceLabels all) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(timeout).toNanos();
    while (true) {
      int left =
          theirs(LabelledSet.read(all.clients(), all.topics(), all.models().labelChanges())).size();
      if (left == 0 || System.nanoTime() > end) {
        return left;
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
    }
  }
}
