package dev.imprint.rollout;

import java.time.Duration;

/**
 * When the leader trains without a command.
 *
 * @param newLabels this many new or changed labels start a training; 0: their number never does
 * @param maxWait after this long without a training, one label is enough; zero: time never is
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
