package dev.imprint.training.gate;

import dev.imprint.training.gate.Contest.Pair;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The difference of two heads' macro F1 on the same examples, and how far chance may have moved it:
 * the examples are drawn again with replacement (Efron 1979), each with both answers.
 *
 * @param differences of each resample, challenger's minus champion's, ascending
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record MacroF1Bootstrap(double[] differences) {
  private static final int RESAMPLES = 1_000;

  /**
   * @param pairs at least one, each with the champion's answer
   */
  static MacroF1Bootstrap difference(List<Pair> pairs, long seed) {
    Map<String, Integer> numbers = new TreeMap<>();
    int[] truth = numbered(pairs, Pair::truth, numbers);
    int[] now = numbered(pairs, Pair::challenger, numbers);
    int[] then = numbered(pairs, pair -> Objects.requireNonNull(pair.champion()), numbers);
    SplittableRandom random = new SplittableRandom(seed);
    double[] differences = new double[RESAMPLES];
    for (int resample = 0; resample < RESAMPLES; resample++) {
      MacroF1 f1Now = new MacroF1(numbers.size());
      MacroF1 f1Then = new MacroF1(numbers.size());
      for (int i = 0; i < truth.length; i++) {
        int drawn = random.nextInt(truth.length);
        f1Now.add(truth[drawn], now[drawn]);
        f1Then.add(truth[drawn], then[drawn]);
      }
      differences[resample] = f1Now.value() - f1Then.value();
    }
    Arrays.sort(differences);
    return new MacroF1Bootstrap(differences);
  }

  /**
   * The difference that a part of the resamples is below.
   *
   * @param part in 0..1
   */
  double quantile(double part) {
    return differences[Math.min(RESAMPLES - 1, (int) (part * RESAMPLES))];
  }

  private static int[] numbered(
      List<Pair> pairs, Function<Pair, String> which, Map<String, Integer> numbers) {
    return pairs.stream()
        .map(which)
        .mapToInt(label -> numbers.computeIfAbsent(label, l -> numbers.size()))
        .toArray();
  }

  /** Counts answers; labels that are no truth do not count in the mean. */
  private static final class MacroF1 {
    private final int[] right;
    private final int[] support;
    private final int[] predicted;

    MacroF1(int labels) {
      right = new int[labels];
      support = new int[labels];
      predicted = new int[labels];
    }

    void add(int truth, int answer) {
      support[truth]++;
      predicted[answer]++;
      right[truth] += truth == answer ? 1 : 0;
    }

    double value() {
      double sum = 0;
      int labels = 0;
      for (int label = 0; label < right.length; label++) {
        if (support[label] > 0) {
          labels++;
          sum += 2.0 * right[label] / (support[label] + predicted[label]);
        }
      }
      return sum / labels;
    }
  }
}
