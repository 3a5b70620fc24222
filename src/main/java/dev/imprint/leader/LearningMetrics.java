package dev.imprint.leader;

import dev.imprint.model.ModelVersion.Judgement;
import dev.imprint.tensorflow.head.Epoch;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Metrics of learning. Runs that were promoted, refused, had too few labels, or failed add up to
 * the runs that were started, except for one interrupted by a change of leaders. Alert on {@code
 * failed}: the training is retried, but the serving model gets old. Thread-safe.
 */
public interface LearningMetrics {
  /** How a training run ended. */
  enum RunEnd {
    PROMOTED,
    REFUSED,
    TOO_FEW_LABELS,
    NOTHING_NEW,
    FAILED
  }

  /** An epoch of the running training has ended; null at its end, however it ended. */
  void epoch(@Nullable Epoch epoch);

  /** A training run ended. */
  void trained(RunEnd outcome, Duration time);

  /**
   * The gate's judgement of the newest version; at the start of a leadership, of the previous one;
   * null at its end, since another instance may lead from then on.
   */
  void judged(@Nullable Judgement judgement);

  /** A record of the commands topic was invalid and became a dead letter. */
  void commandRejected();

  LearningMetrics NOOP =
      new LearningMetrics() {
        @Override
        public void epoch(@Nullable Epoch epoch) {}

        @Override
        public void trained(RunEnd outcome, Duration time) {}

        @Override
        public void judged(@Nullable Judgement judgement) {}

        @Override
        public void commandRejected() {}
      };
}
