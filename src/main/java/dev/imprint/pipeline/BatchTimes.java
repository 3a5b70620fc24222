package dev.imprint.pipeline;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * How long batches take in service, with decoding and beside the other threads' batches. Safe for
 * several threads.
 */
final class BatchTimes {
  /** Each faster batch takes this part of the difference off the slowest one. */
  private static final int WEAR = 32;

  private final LongSupplier clock;
  private final Map<Thread, Long> underWay = new ConcurrentHashMap<>();
  private long slowest; // guarded by this
  private volatile long lastEnd;

  /**
   * @param clock in nanoseconds, that does not count pauses of the process: {@link RunningClock}
   */
  BatchTimes(LongSupplier clock) {
    this.clock = clock;
    this.lastEnd = clock.getAsLong() - Duration.ofDays(1).toNanos();
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
    long end = clock.getAsLong();
    lastEnd = end;
    long time = end - start;
    add(time);
    return Duration.ofNanos(time);
  }

  private synchronized void add(long time) {
    slowest = Math.max(time, slowest - (slowest - time) / WEAR);
  }

  /** The slowest one lately; zero if there was none. */
  synchronized Duration slowest() {
    return Duration.ofNanos(slowest);
  }

  /** Whether there is a batch under way, or was one within that time. */
  boolean isBusy(Duration within) {
    return !underWay.isEmpty() || clock.getAsLong() - lastEnd < within.toNanos();
  }

  /** As if there had been none. */
  synchronized void forget() {
    slowest = 0;
  }

  /** Of the batch that has been under way for longest; zero if there is none. */
  Duration longestUnderWay() {
    long now = clock.getAsLong();
    return Duration.ofNanos(
        underWay.values().stream().mapToLong(start -> now - start).max().orElse(0));
  }
}
