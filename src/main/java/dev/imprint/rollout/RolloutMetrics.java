package dev.imprint.rollout;

import dev.imprint.model.serving.ServingModel;
import java.time.Duration;

/**
 * Metrics of following the rollout. They are called by the follower's thread, and must neither
 * block nor throw.
 *
 * <p>{@link #serving} is called once when the instance becomes ready and once per swap, so once
 * more than {@link #swapped}. A swap that is due but does not succeed is reported in health, with
 * its cause.
 */
public interface RolloutMetrics {
  /** This model serves from now on. */
  void serving(ServingModel model);

  /**
   * One model replaced another.
   *
   * @param time from when this instance read of it until it served
   */
  void swapped(Duration time);

  RolloutMetrics NOOP =
      new RolloutMetrics() {
        @Override
        public void serving(ServingModel model) {}

        @Override
        public void swapped(Duration time) {}
      };
}
