package dev.imprint.page.watch;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A random sample of a stream, of at most so many a second; a stream below that is not sampled. At
 * each tick, the allowance of the time since the last one is drawn from what has come meanwhile
 * (reservoir sampling, Vitter 1985, algorithm R). Not thread-safe.
 *
 * @param <T> kind of thing
 */
final class Sample<T> {
  private final double perSecond;
  private final RandomGenerator random;
  private final List<T> drawn = new ArrayList<>();
  private double allowance;
  private int come;

  Sample(double perSecond, RandomGenerator random) {
    this.perSecond = perSecond;
    this.random = random;
    this.allowance = perSecond;
  }

  void offer(T one) {
    come++;
    if (drawn.size() < (int) allowance) {
      drawn.add(one);
    } else if (!drawn.isEmpty()) {
      int place = random.nextInt(come);
      if (place < drawn.size()) {
        drawn.set(place, one);
      }
    }
  }

  /**
   * Returns the records drawn since the last call.
   *
   * @param seconds until the next one
   */
  List<T> draw(double seconds) {
    List<T> sample = List.copyOf(drawn);
    allowance = Math.min(perSecond, allowance - drawn.size() + perSecond * seconds);
    drawn.clear();
    come = 0;
    return sample;
  }
}
