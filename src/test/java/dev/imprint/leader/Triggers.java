package dev.imprint.leader;

import dev.imprint.leader.trigger.FineTuneTrigger;
import dev.imprint.leader.trigger.TrainingTriggers;
import dev.imprint.leader.trigger.Trigger;
import dev.imprint.training.FineTuneConfig;
import java.time.Duration;

/** Triggers for tests. */
public final class Triggers {
  private Triggers() {}

  /** Trains after so many labels, at once, whatever came of the trainings before; 0 for never. */
  public static Trigger after(int newLabels) {
    return new Trigger(newLabels, Duration.ZERO, Duration.ZERO, 0, 1, 0);
  }

  /** Never for the network. */
  public static TrainingTriggers of(Trigger head) {
    return new TrainingTriggers(
        head,
        new FineTuneTrigger(
            FineTuneConfig.When.ON_COMMAND, FineTuneConfig.Auto.DEFAULTS, Duration.ZERO, 1));
  }

  /** For the network after so many labels and heads that gained next to nothing. */
  static FineTuneTrigger stalled(int newLabels, int lastHeads) {
    return new FineTuneTrigger(
        FineTuneConfig.When.AUTO,
        new FineTuneConfig.Auto(newLabels, lastHeads, 0.01),
        Duration.ZERO,
        8);
  }
}
