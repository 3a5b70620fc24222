package dev.imprint.model;

/**
 * How a part of the service is at this moment.
 *
 * @param cause what is wrong and, where there is something, what to do; empty when {@link
 *     Status#UP}; never holds a secret
 * @param restartHelps whether it stays like this until the process is restarted; never for a fault
 *     of another system
 */
public record CheckResult(Status status, String cause, boolean restartHelps) {
  /** Ordered from best to worst. */
  public enum Status {
    UP,
    /** Does its work, but not all of it: a failed training, say. */
    DEGRADED,
    /** Does not do its work. */
    DOWN
  }

  public static final CheckResult UP = new CheckResult(Status.UP, "", false);

  public static CheckResult degraded(String cause) {
    return new CheckResult(Status.DEGRADED, cause, false);
  }

  public static CheckResult down(String cause) {
    return new CheckResult(Status.DOWN, cause, false);
  }

  /** The same, for good: nothing in this process will mend it. */
  public CheckResult untilRestart() {
    return new CheckResult(status, cause + "; restart the service", true);
  }
}
