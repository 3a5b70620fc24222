package dev.imprint.app.sending;

/** Spaces sends evenly, by the clock of {@link System#nanoTime}. For one thread. */
final class Pace {
  private final double perSecond;
  private final long start;
  private long count;

  /**
   * @param perSecond infinity for as fast as possible
   * @param now the clock's reading at the first send
   */
  Pace(double perSecond, long now) {
    this.perSecond = perSecond;
    this.start = now;
  }

  /**
   * Nanoseconds until the next send is due; 0 if it is. Late ones are caught up on, so that the
   * rate is kept over time.
   */
  long untilNext(long now) {
    long due = start + (long) (count++ * 1e9 / perSecond);
    return Math.max(0, due - now);
  }
}
