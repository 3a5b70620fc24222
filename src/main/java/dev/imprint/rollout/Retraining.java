package dev.imprint.rollout;

import dev.imprint.model.CheckResult;
import dev.imprint.model.ModelVersion;
import dev.imprint.training.Candidate;
import dev.imprint.training.TooFewLabelsException;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * What a leader knows of learning. Safe for use by several threads at once; whoever opened it
 * closes it.
 */
public interface Retraining extends AutoCloseable {
  /** How many labels are new, or have changed, since the last training that {@link #learned}. */
  int newLabels();

  /**
   * Whether a training now would have another backbone serve than what does, or, where nothing has
   * been rolled out, than what the service started on; that is done on command alone.
   *
   * @param serving what has been rolled out; null if nothing has
   */
  boolean changesBackbone(@Nullable ModelVersion serving);

  /** The last training has come to its end, with a version or without. */
  void learned();

  /**
   * Waits until every label that is there now is followed, then trains and judges.
   *
   * @param serving the version that serves, which the new one is judged against; null if nothing
   *     has been rolled out
   * @param force trains even if that would only make the newest version's head again
   * @param progress takes lines for people
   * @throws TooFewLabelsException if there is not enough to learn from
   * @throws NothingNewException if the newest version learned from the same already
   * @throws IOException if the champion, or the pictures that it is judged on, cannot be read
   * @throws InterruptedException if the thread is interrupted, which ends the run soon
   */
  Candidate train(@Nullable String serving, boolean force, Consumer<String> progress)
      throws TooFewLabelsException, NothingNewException, IOException, InterruptedException;

  /** What takes out of the buffer that which is over its limits; empty if nothing is. */
  List<ProducerRecord<byte[], byte[]>> trimming();

  /** DEGRADED with its cause while what is learned from is not followed. */
  CheckResult check();

  @Override
  void close();
}
