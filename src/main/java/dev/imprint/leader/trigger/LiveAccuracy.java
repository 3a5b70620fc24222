package dev.imprint.leader.trigger;

/**
 * How many of a version's answers to pictures picked at random were right.
 *
 * @param all answers, including predictions without a label, which are not right
 */
public record LiveAccuracy(int right, int all) {
  /** Of no answers. */
  static final LiveAccuracy UNKNOWN = new LiveAccuracy(0, 0);

  /** Small, since it is asked again with each answer. */
  private static final double CHANCE = 0.01;

  /**
   * Whether so few right answers are hardly chance if the accuracy is the bound or higher: the
   * exact binomial test, one-sided.
   */
  public boolean below(double bound) {
    if (bound <= 0) {
      return false;
    }
    return bound >= 1 ? right < all : lowerTail(Math.log(bound), Math.log1p(-bound)) <= CHANCE;
  }

  /** P(X ≤ right) for X ~ B(all, p), from the logarithms of p and 1 − p. */
  private double lowerTail(double logP, double logQ) {
    double logTerm = all * logQ;
    double sum = 0;
    for (int i = 0; i <= right; i++) {
      sum += Math.exp(logTerm);
      logTerm += Math.log((all - i) / (i + 1.0)) + logP - logQ;
    }
    return sum;
  }
}
