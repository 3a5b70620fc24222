package dev.imprint.benchmark;

/** From sending to receipt. */
record Latency(double p50Ms, double p99Ms) {
  /**
   * @param sortedNanos at least one
   */
  static Latency of(long[] sortedNanos) {
    return new Latency(percentile(sortedNanos, 50), percentile(sortedNanos, 99));
  }

  private static double percentile(long[] sortedNanos, int percent) {
    return sortedNanos[sortedNanos.length * percent / 100] / 1e6;
  }
}
