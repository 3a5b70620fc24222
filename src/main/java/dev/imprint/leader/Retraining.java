package dev.imprint.leader;

import dev.imprint.leader.trigger.Trigger;
import dev.imprint.model.CheckResult;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.rollout.RefusedException;
import dev.imprint.training.Candidate;
import dev.imprint.training.selection.TooFewLabelsException;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** The leader's view of learning. Thread-safe; the creator must close it. */
public interface Retraining extends AutoCloseable {
  /**
   * How many labels are new, or have changed, since the last training confirmed by {@link
   * #learned}.
   */
  Trigger.Labels labels();

  /** Likewise since the last fine-tuning; all, if there was none. */
  int labelsNewToTheNetwork();

  /**
   * Labels of the head that serves until a version does, a head from a file or the backbone's own
   * classifier, as it was trained; empty if there is none.
   */
  List<String> initialLabels();

  /** From now on, the labels of the buffer and of past trainings have these names. */
  void relabel(LabelChanges changes);

  /**
   * Whether a training now would make another backbone serve than the current one, or, if nothing
   * has been rolled out, than the one that the service started with; that is done only on command.
   *
   * @param serving the version rolled out; null if there is none
   */
  boolean changesBackbone(@Nullable ModelVersion serving);

  /**
   * Whether a version's live accuracy is significantly below a bound, on pictures that were picked
   * at random.
   *
   * @param names under which it has served
   * @param since answers to earlier pictures do not count
   */
  boolean accuracyBelow(List<String> names, double bound, Instant since);

  /**
   * The last training has ended, with or without a version: its labels are no longer new.
   *
   * @param byHeads to heads
   * @param byTheNetwork to fine-tuning
   */
  void learned(boolean byHeads, boolean byTheNetwork);

  /**
   * Waits until every current label has been read, then trains and judges.
   *
   * @param serving the serving version, which the new one is judged against; null if nothing has
   *     been rolled out
   * @param force trains even if that would only produce the newest version's head again
   * @param progress receives lines to display
   * @throws TooFewLabelsException if there are not enough examples
   * @throws NothingNewException if the newest version learned from the same examples already
   * @throws IOException if the champion, or the pictures that it is judged on, cannot be read
   * @throws InterruptedException if the thread is interrupted, which ends the run soon
   */
  Candidate train(@Nullable String serving, boolean force, Consumer<String> progress)
      throws TooFewLabelsException, NothingNewException, IOException, InterruptedException;

  /**
   * Likewise, but trains the last layers of the network, too, from its pretrained weights.
   *
   * @throws RefusedException if the settings do not allow it
   */
  Candidate fineTune(@Nullable String serving, Consumer<String> progress)
      throws TooFewLabelsException, RefusedException, IOException, InterruptedException;

  /** Records that delete the excess from the buffer; empty if it is within its limits. */
  List<ProducerRecord<byte[], byte[]>> trimming();

  /** DEGRADED with its cause while the buffer is not followed. */
  CheckResult check();

  @Override
  void close();
}
