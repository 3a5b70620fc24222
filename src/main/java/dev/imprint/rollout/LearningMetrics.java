package dev.imprint.rollout;

import dev.imprint.model.ModelVersion.Judgement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What learning counts. Runs that were promoted, refused, had too few labels, or failed add up to
 * those that were started, but for one that a change of leaders has cut off. Alert on {@code
 * failed}: it is tried again, but what serves gets old. Safe for use by several threads at once.
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

  /** A training run ended. */
  void trained(RunEnd outcome, Duration time);

  /**
   * The gate said this of the newest version; at the start of a leadership, of the one before it;
   * null at the end, since another instance may lead from then on.
   */
  void judged(@Nullable Judgement judgement);

  /** A record of the topic of commands was none; it is a dead letter. */
  void commandRejected();

  LearningMetrics NOOP =
      new LearningMetrics() {
        @Override
        public void trained(RunEnd outcome, Duration time) {}

        @Override
        public void judged(@Nullable Judgement judgement) {}

        @Override
        public void commandRejected() {}
      };
}
