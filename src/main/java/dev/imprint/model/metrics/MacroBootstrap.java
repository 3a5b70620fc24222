package dev.imprint.model.metrics;

import dev.imprint.model.metrics.Metrics.PerLabel;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Intervals of means over labels, such as macro F1, by the Bayesian bootstrap (Rubin 1981): each
 * draw gives the examples new weights. As in the interval of Jeffreys for a proportion, each draw
 * also has half an example that is right and half an example that is wrong, of random labels;
 * otherwise a head without a mistake would be perfect beyond doubt. The same counts give the same
 * interval.
 *
 * <p>With few examples per label, the measured figure is biased downwards, and the draws once more,
 * so the interval reaches at least as far above the measured figure as below. Simulated, 91 to 99
 * of 100 contain the truth from about ten examples per label on; with two or three, it is too
 * narrow (62 to 98).
 *
 * <p>It needs only the counts of each label: which label was mistaken for which hardly matters, and
 * the record of a version with many labels does not say so.
 */
final class MacroBootstrap {
  private static final int MOST_DRAWS = 2_000;
  private static final int FEWEST_DRAWS = 200;

  /** Keeps it below a second for ten thousand labels. */
  private static final int MOST_LABEL_DRAWS = 400_000;

  /** A label's figure. */
  @FunctionalInterface
  interface Measure {
    /**
     * @param right more than 0
     * @param missed examples of the label that were taken for another
     * @param mistaken examples of another label that were taken for it
     */
    double of(double right, double missed, double mistaken);
  }

  private final double[] right;
  private final double[] missed;
  private final double[] mistaken;
  private final Measure measure;
  private final SplittableRandom random = new SplittableRandom(1);

  private MacroBootstrap(List<PerLabel> labels, Measure measure) {
    this.measure = measure;
    right = labels.stream().mapToDouble(l -> Math.rint(l.recall() * l.support())).toArray();
    missed = new double[right.length];
    mistaken = new double[right.length];
    for (int label = 0; label < right.length; label++) {
      missed[label] = labels.get(label).support() - right[label];
      // Without a right one, the number is unknown, but its figure is 0 whatever it is.
      if (right[label] > 0) {
        mistaken[label] = Math.rint(right[label] / labels.get(label).precision()) - right[label];
      }
    }
  }

  /**
   * @param mean the measured figure
   * @param labels those that are no truth do not count
   */
  static Interval interval(double mean, List<PerLabel> labels, Measure measure) {
    List<PerLabel> truths = labels.stream().filter(label -> label.support() > 0).toList();
    if (truths.isEmpty()) {
      return new Interval(0, 1);
    }
    MacroBootstrap bootstrap = new MacroBootstrap(truths, measure);
    int number = Math.max(FEWEST_DRAWS, Math.min(MOST_DRAWS, MOST_LABEL_DRAWS / truths.size()));
    double[] draws = new double[number];
    Arrays.setAll(draws, draw -> bootstrap.draw());
    Arrays.sort(draws);
    double low = Math.min(mean, draws[(int) (0.025 * number)]);
    double high = Math.max(draws[(int) (0.975 * number)], 2 * mean - low);
    return new Interval(low, Math.min(1, high));
  }

  private double draw() {
    int labels = right.length;
    double[] hits = Arrays.stream(right).map(this::weight).toArray();
    double[] lost = new double[labels];
    double[] taken = new double[labels];
    hits[random.nextInt(labels)] += weight(0.5);
    double wrong = weight(0.5);
    lost[random.nextInt(labels)] += wrong;
    taken[random.nextInt(labels)] += wrong;
    addErrors(lost, taken);
    double sum = 0;
    for (int label = 0; label < labels; label++) {
      sum += hits[label] == 0 ? 0 : measure.of(hits[label], lost[label], taken[label]);
    }
    return sum / labels;
  }

  /** Each error counts for two labels, with the same weight for both. */
  private void addErrors(double[] lost, double[] taken) {
    int other = right.length - 1;
    double left = mistaken[other];
    for (int label = 0; label < right.length; label++) {
      double errors = missed[label];
      while (errors > 0) {
        while (left == 0 && other > 0) {
          left = mistaken[--other];
        }
        double both = left == 0 ? errors : Math.min(errors, left);
        double weight = weight(both);
        lost[label] += weight;
        if (left > 0) {
          taken[other] += weight;
          left -= both;
        }
        errors -= both;
      }
    }
  }

  /** Of so many examples: a draw of the gamma distribution (Marsaglia, Tsang 2000). */
  private double weight(double examples) {
    if (examples == 0) {
      return 0;
    }
    if (examples < 1) {
      return weight(examples + 1) * Math.pow(random.nextDouble(), 1 / examples);
    }
    double d = examples - 1.0 / 3;
    double c = 1 / Math.sqrt(9 * d);
    while (true) {
      double x = random.nextGaussian();
      double v = Math.pow(1 + c * x, 3);
      if (v > 0 && Math.log(1 - random.nextDouble()) < x * x / 2 + d * (1 - v + Math.log(v))) {
        return d * v;
      }
    }
  }
}
