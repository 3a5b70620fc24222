package dev.imprint.app;

/** Spaces what is sent evenly, by the clock of {@link System#nanoTime}. For one thread. */
final class Pace {
  private final double perSecond;
  private final long start;
  private long count;

  /**
   * @param perSecond infinity for as fast as it goes
   * @param now the clock's reading at the first one
   */
  Pace(double perSecond, long now) {
    this.perSecond = perSecond;
    this.start = now;
  }

  /**
   * Nanoseconds until the next one is due; 0 if it is. Those that are late are caught up with, so
   * that the rate holds over time.
   */
  long untilNext(long now) {
    long due = start + (long) (count++ * 1e9 / perSecond);
    return Math.max(0, due - now);
  }
}
