package dev.imprint.pipeline;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * How long batches take in service, including decoding, while other threads run theirs.
 * Thread-safe.
 */
final class BatchTimes {
  /** Each faster batch lowers the slowest time by this fraction of the difference. */
  private static final int WEAR = 32;

  private final LongSupplier clock;
  private final Map<Thread, Long> underWay = new ConcurrentHashMap<>();
  private long slowest; // guarded by this

  /**
   * @param clock in nanoseconds, not counting pauses of the process: {@link RunningClock}
   */
  BatchTimes(LongSupplier clock) {
    this.clock = clock;
  }

  /**
   * Runs a batch.
   *
   * @return how long it took
   */
  Duration time(Runnable batch) {
    long start = clock.getAsLong();
    underWay.put(Thread.currentThread(), start);
    try {
      batch.run();
    } finally {
      underWay.remove(Thread.currentThread());
    }
    long time = clock.getAsLong() - start;
    add(time);
    return Duration.ofNanos(time);
  }

  private synchronized void add(long time) {
    slowest = Math.max(time, slowest - (slowest - time) / WEAR);
  }

  /** The slowest recent batch; zero if there was none. */
  synchronized Duration slowest() {
    return Duration.ofNanos(slowest);
  }

  /** Whether a batch is running. */
  boolean isBusy() {
    return !underWay.isEmpty();
  }

  /** Forgets all batches so far. */
  synchronized void forget() {
    slowest = 0;
  }

  /** Elapsed time of the oldest running batch; zero if there is none. */
  Duration longestUnderWay() {
    long now = clock.getAsLong();
    return Duration.ofNanos(
        underWay.values().stream().mapToLong(start -> now - start).max().orElse(0));
  }
}
