package dev.imprint.training;

import java.util.concurrent.TimeUnit;

/** How long to wait after a failure: doubles up to 30 s. Used by one thread. */
final class RetryPause {
  private static final long FIRST_NS = TimeUnit.SECONDS.toNanos(1);
  private static final long LONGEST_NS = TimeUnit.SECONDS.toNanos(30);

  private long nanos;

  /** Returns the pause that is due, in nanoseconds. */
  long failed() {
    nanos = nanos == 0 ? FIRST_NS : Math.min(2 * nanos, LONGEST_NS);
    return nanos;
  }

  void worked() {
    nanos = 0;
  }

  long nanos() {
    return nanos;
  }
}
