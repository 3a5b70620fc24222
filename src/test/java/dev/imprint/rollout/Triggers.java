package dev.imprint.rollout;

import java.time.Duration;

final class Triggers {
  private Triggers() {}

  /** Trains after so many labels, at once, whatever came of the trainings before; 0 for never. */
  static Trigger after(int newLabels) {
    return new Trigger(newLabels, Duration.ZERO, Duration.ZERO, 0, 1, 0);
  }
}
