package dev.imprint.rollout;

import java.time.Duration;

/**
 * What learning counts. Runs that were promoted, refused, had too few labels, or failed add up to
 * those that were started, but for one that a change of leaders has cut off. Alert on {@code
 * failed}: it is tried again, but what serves gets old. Safe for use by several threads at once.
 */
public interface LearningMetrics {
  /** How a training run ended. */
  enum Run {
    PROMOTED,
    REFUSED,
    TOO_FEW_LABELS,
    FAILED
  }

  /** A training run ended. */
  void trained(Run outcome, Duration time);

  LearningMetrics NOOP = (outcome, time) -> {};
}
