package dev.imprint.model.metrics;

import java.util.Locale;

/**
 * A 95 % confidence interval of a figure in 0..1: if the same is measured again and again, on other
 * pictures, 19 of 20 intervals contain the true figure.
 */
public record Interval(double low, double high) {
  /** Of the normal distribution, for 95 %. */
  private static final double Z = 1.959964;

  /**
   * Of a proportion, by the score interval of Wilson (1927): never outside 0..1, and not empty if
   * all examples are right or there are few.
   *
   * @param share observed, in 0..1
   * @param examples 0: nothing is known
   */
  public static Interval ofShare(double share, double examples) {
    if (!(examples > 0)) {
      return new Interval(0, 1);
    }
    double z2 = Z * Z / examples;
    double centre = share + z2 / 2;
    double margin = Math.sqrt(z2 * (share * (1 - share) + z2 / 4));
    return new Interval(
        Math.max(0, (centre - margin) / (1 + z2)), Math.min(1, (centre + margin) / (1 + z2)));
  }

  /** As in {@code 0.802 to 0.951}. */
  public String text() {
    return String.format(Locale.ROOT, "%.3f to %.3f", low, high);
  }

  /** As in {@code 80.2–95.1 %}. */
  public String percent() {
    return String.format(Locale.ROOT, "%.1f–%.1f %%", 100 * low, 100 * high);
  }
}
