package dev.imprint.demo;

import dev.imprint.model.Rollout;

/** An event worth a line of its own. */
sealed interface News {
  /**
   * A version takes over.
   *
   * @param why the reason given by the gate or the {@link Rollout}
   */
  record Serves(String version, String why) implements News {}

  /** The gate refuses a version. */
  record RefusedVersion(String version, String why) implements News {}

  /** The story goes on. */
  record Entered(Phase phase) implements News {}

  /** A plain message. */
  record Told(String what) implements News {}

  /** The story did not go on in time. */
  record FailedTraining(String why) implements News {}
}
