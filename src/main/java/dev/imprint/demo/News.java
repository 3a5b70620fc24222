package dev.imprint.demo;

import dev.imprint.model.Rollout;

/** What is worth a line of its own. */
sealed interface News {
  /**
   * A version takes over.
   *
   * @param why the gate's words, or those of the {@link Rollout}
   */
  record Serves(String version, String why) implements News {}

  /** The gate refuses a version. */
  record RefusedVersion(String version, String why) implements News {}

  /** The story goes on. */
  record Entered(Phase phase) implements News {}

  /** In words. */
  record Told(String what) implements News {}

  /** It does not, in time. */
  record FailedTraining(String why) implements News {}
}
