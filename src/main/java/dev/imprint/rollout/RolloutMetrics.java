package dev.imprint.rollout;

import dev.imprint.model.ServingModel;
import java.time.Duration;

/**
 * What following the rollout counts. Calls come from the follower's thread and must neither block
 * nor throw.
 *
 * <p>Arithmetic: {@link #serving} is called once when the instance becomes ready and once a swap,
 * so its calls are one more than those of {@link #swapped}. A swap that is due and does not come is
 * in health, with its cause.
 */
public interface RolloutMetrics {
  /** This model answers from now on. */
  void serving(ServingModel model);

  /**
   * One model took over from another.
   *
   * @param time from the moment when this instance read of it until it served
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
