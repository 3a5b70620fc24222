package dev.imprint.model;

/**
 * The current health of a part of the service.
 *
 * @param cause what is wrong and, if possible, what to do; empty when {@link Status#UP}; never
 *     contains a secret
 * @param restartHelps whether only a restart of the process can fix it; never for a fault of
 *     another system
 */
public record CheckResult(Status status, String cause, boolean restartHelps) {
  /** Ordered from best to worst. */
  public enum Status {
    UP,
    /** Works only in part: after a failed training run, for example. */
    DEGRADED,
    /** Does not work. */
    DOWN
  }

  public static final CheckResult UP = new CheckResult(Status.UP, "", false);

  public static CheckResult degraded(String cause) {
    return new CheckResult(Status.DEGRADED, cause, false);
  }

  public static CheckResult down(String cause) {
    return new CheckResult(Status.DOWN, cause, false);
  }

  /** The same result, marked as permanent: nothing in this process will fix it. */
  public CheckResult untilRestart() {
    return new CheckResult(status, cause + "; restart the service", true);
  }
}
