package dev.imprint.leader.trigger;

import dev.imprint.training.TrainingConfig;

/** When the leader trains without a command. */
public record TrainingTriggers(Trigger head, FineTuneTrigger network) {
  /**
   * @param threshold {@code serving.threshold}
   */
  public static TrainingTriggers of(TrainingConfig config, float threshold) {
    return new TrainingTriggers(Trigger.of(config, threshold), FineTuneTrigger.of(config));
  }
}
