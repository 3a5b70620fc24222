package dev.imprint.rollout;

import java.time.Duration;

/**
 * When the leader trains without being asked.
 *
 * @param newLabels so many new or changed labels are enough; 0: never for their number
 * @param maxWait one label is enough after so long without a training; zero: never for the time
 */
public record Trigger(int newLabels, Duration maxWait) {
  /**
   * @param labels new or changed since the last training
   * @param sinceLast time since the last training, or since the leader's start if there was none
   */
  boolean isDue(int labels, Duration sinceLast) {
    return labels > 0
        && (newLabels > 0 && labels >= newLabels
            || !maxWait.isZero() && sinceLast.compareTo(maxWait) >= 0);
  }
}
