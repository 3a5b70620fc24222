package dev.imprint.demo;

import dev.imprint.model.metrics.Interval;
import java.util.Locale;

/** The number of answers, and how many of them were right. */
record Share(long right, long all) {
  static final Share NONE = new Share(0, 0);

  Share plus(boolean correct) {
    return new Share(right + (correct ? 1 : 0), all + 1);
  }

  /** In 0..1; NaN without answers. */
  double accuracy() {
    return all == 0 ? Double.NaN : right / (double) all;
  }

  Interval interval() {
    return Interval.ofShare(accuracy(), all);
  }

  /** In whole percent with its 95 % interval, as in {@code 92 (82–96)}. */
  String text() {
    return all == 0
        ? "-"
        : String.format(
            Locale.ROOT,
            "%.0f (%.0f–%.0f)",
            100 * accuracy(),
            100 * interval().low(),
            100 * interval().high());
  }
}
