package dev.imprint.training.evaluation;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Temperature scaling (Guo et al. 2017): the one number by which logits are divided so that the
 * probabilities of the true labels become as likely as possible. It changes no answer, only its
 * confidence.
 */
public final class Temperature {
  private static final double LOWEST = 0.25;
  private static final double HIGHEST = 4;

  /** Each step leaves 0.62 of the interval: to a thousandth. */
  private static final int STEPS = 20;

  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

  private static final int SOME = 5;

  /** Answers for one number; more would only take time. */
  private static final int ENOUGH = 2_000;

  /** In place of a probability of 0 in single precision. */
  public static final double SMALLEST = 1e-38;

  private Temperature() {}

  /**
   * The best temperature, or 1 if one that was fitted on half of the answers does not improve the
   * likelihood of the other half. Confidence is raised only if there are some wrong answers: if all
   * are right, no confidence would be too high.
   *
   * @param answers of heads that know the examples' labels
   */
  public static double of(List<UnseenAnswer> answers) {
    int step = 1 + (answers.size() - 1) / ENOUGH;
    int[] used = every(step, 0, answers.size());
    double[][] logs = new double[used.length][];
    int[] classes = new int[used.length];
    for (int i = 0; i < logs.length; i++) {
      LabelProbabilities answer = answers.get(used[i]).answer();
      logs[i] = new double[answer.probabilities().length];
      for (int c = 0; c < logs[i].length; c++) {
        logs[i][c] = Math.log(Math.max(SMALLEST, answer.probabilities()[c]));
      }
      classes[i] = answer.labels().indexOf(answers.get(used[i]).example().label());
    }
    int[] even = every(2, 0, logs.length);
    int[] odd = every(2, 1, logs.length);
    if (odd.length == 0) {
      return 1;
    }
    double before = loss(logs, classes, even, 1) + loss(logs, classes, odd, 1);
    double after =
        loss(logs, classes, even, fit(logs, classes, odd))
            + loss(logs, classes, odd, fit(logs, classes, even));
    double best = after < before ? fit(logs, classes, every(1, 0, logs.length)) : 1;
    return best < 1 && answers.stream().filter(its -> !its.isRight()).count() < SOME ? 1 : best;
  }

  private static int[] every(int step, int from, int size) {
    return IntStream.iterate(from, i -> i < size, i -> i + step).toArray();
  }

  /** Golden-section search for the inverse, in which the loss is convex. */
  private static double fit(double[][] logs, int[] classes, int[] chosen) {
    double low = 1 / HIGHEST;
    double high = 1 / LOWEST;
    for (int step = 0; step < STEPS; step++) {
      double left = high - GOLDEN * (high - low);
      double right = low + GOLDEN * (high - low);
      if (loss(logs, classes, chosen, 1 / left) < loss(logs, classes, chosen, 1 / right)) {
        high = right;
      } else {
        low = left;
      }
    }
    return 2 / (low + high);
  }

  /** The negative logarithm of the likelihood. */
  private static double loss(double[][] logs, int[] classes, int[] chosen, double temperature) {
    double loss = 0;
    for (int i : chosen) {
      double sum = 0;
      for (double log : logs[i]) {
        sum += Math.exp((log - logs[i][classes[i]]) / temperature);
      }
      loss += Math.log(sum);
    }
    return loss;
  }
}
