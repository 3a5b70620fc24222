package dev.imprint.pipeline;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How long this process has been running, in nanoseconds. It stops while the process does: in a
 * paused virtual machine, by SIGSTOP, or while memory is swapped in. A pause shows as a gap between
 * two readings, so the clock must be read every {@link #TICK}.
 *
 * <p>Thread-safe.
 */
final class RunningClock implements LongSupplier {
  static final Duration TICK = Duration.ofMillis(500);

  /** On a busy machine, or during garbage collection, a reading may be late by half of this. */
  private static final long LONGEST_GAP = Duration.ofSeconds(1).toNanos();

  private final LongSupplier nanoTime;
  private long last; // guarded by this
  private long ran; // guarded by this

  /**
   * @param nanoTime continues during a pause; {@code System::nanoTime}
   */
  RunningClock(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.last = nanoTime.getAsLong();
  }

  /** Reads the clock, so that a pause is noticed. */
  void tick() {
    getAsLong();
  }

  @Override
  public synchronized long getAsLong() {
    long now = nanoTime.getAsLong();
    ran += Math.min(now - last, LONGEST_GAP);
    last = now;
    return ran;
  }
}
