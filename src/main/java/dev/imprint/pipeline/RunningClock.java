package dev.imprint.pipeline;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How long this process has run, in nanoseconds: it stands still while the process does, in a
 * virtual machine that is paused, by SIGSTOP, or while it waits for its memory to be swapped in. A
 * pause shows as a gap between two looks at the clock, so somebody has to look every {@link #TICK}.
 *
 * <p>Safe for several threads.
 */
final class RunningClock implements LongSupplier {
  static final Duration TICK = Duration.ofMillis(100);

  /** On a machine that is busy, or collecting garbage, a look may be as late as this. */
  private static final long LONGEST_GAP = Duration.ofSeconds(1).toNanos();

  private final LongSupplier nanoTime;
  private long last; // guarded by this
  private long ran; // guarded by this

  /**
   * @param nanoTime goes on during a pause; {@code System::nanoTime}
   */
  RunningClock(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.last = nanoTime.getAsLong();
  }

  /** A look at the clock, so that a pause shows. */
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
