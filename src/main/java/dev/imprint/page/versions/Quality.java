package dev.imprint.page.versions;

import dev.imprint.model.metrics.Interval;
import dev.imprint.model.metrics.Metrics;

/**
 * How good a version was on the examples that it was judged on.
 *
 * @param examples number of these
 * @param accuracy in 0..1, likewise {@code macroF1}; their intervals are of 95 %
 */
record Quality(
    int examples,
    double accuracy,
    Interval accuracyInterval,
    double macroF1,
    Interval macroF1Interval) {
  static Quality of(Metrics metrics) {
    return new Quality(
        metrics.examples(),
        metrics.accuracy(),
        metrics.accuracyInterval(),
        metrics.macroF1(),
        metrics.macroF1Interval());
  }
}
