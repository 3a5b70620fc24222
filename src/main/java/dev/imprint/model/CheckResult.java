package dev.imprint.model;

/**
 * How a part of the service is at this moment.
 *
 * @param cause what is wrong and, where there is something, what to do; empty when {@link
 *     Status#UP}; never holds a secret
 */
public record CheckResult(Status status, String cause) {
  /** Ordered from best to worst. */
  public enum Status {
    UP,
    /** Does its work, but not all of it: a failed training, say. */
    DEGRADED,
    /** Does not do its work. */
    DOWN
  }

  public static final CheckResult UP = new CheckResult(Status.UP, "");

  public static CheckResult degraded(String cause) {
    return new CheckResult(Status.DEGRADED, cause);
  }

  public static CheckResult down(String cause) {
    return new CheckResult(Status.DOWN, cause);
  }
}
