package dev.imprint.training.gate;

import dev.imprint.training.gate.Contest.Pair;
import java.util.List;

/**
 * Two heads' answers on the same examples, compared pair by pair.
 *
 * @param size number of examples
 * @param lost examples that only the champion got right
 * @param gained examples that only the challenger got right
 */
record PairedComparison(int size, int lost, int gained) {

  /**
   * @param pairs at least one, each with the champion's answer
   */
  static PairedComparison of(List<Pair> pairs) {
    int lost = 0;
    int gained = 0;
    for (Pair pair : pairs) {
      boolean now = pair.truth().equals(pair.challenger());
      boolean then = pair.truth().equals(pair.champion());
      lost += then && !now ? 1 : 0;
      gained += now && !then ? 1 : 0;
    }
    return new PairedComparison(pairs.size(), lost, gained);
  }

  /**
   * Probability that at least so many more were lost than gained if both heads were equally
   * accurate but for the margin: the exact form of McNemar's test (1947), one-sided.
   *
   * @param margin part of all examples that may be lost, and does not count
   */
  double chanceOfLoss(double margin) {
    int beyond = (int) Math.ceil(lost - margin * size);
    return beyond <= 0 ? 1 : upperTail(beyond + gained, beyond);
  }

  /** Probability that at least so many more were gained if both heads were equally accurate. */
  double chanceOfGain() {
    return upperTail(lost + gained, gained);
  }

  /** P(X ≥ k) for X ~ B(n, ½). */
  static double upperTail(int n, int k) {
    double logTerm = -n * Math.log(2);
    double sum = 0;
    for (int i = 0; i <= n; i++) {
      if (i >= k) {
        sum += Math.exp(logTerm);
      }
      logTerm += Math.log((n - i) / (i + 1.0));
    }
    return Math.min(1, sum);
  }
}
