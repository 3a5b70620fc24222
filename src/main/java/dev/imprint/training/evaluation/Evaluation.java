package dev.imprint.training.evaluation;

import dev.imprint.model.head.Head;
import dev.imprint.model.metrics.Calibration;
import dev.imprint.model.metrics.Metrics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** How well heads do on examples with known labels. */
public final class Evaluation {
  /** A matrix of a thousand labels has a million numbers, too many for a version's record. */
  static final int MOST_LABELS_IN_CONFUSION = 100;

  private Evaluation() {}

  /**
   * @param truths at least one
   * @param predictions one per truth, in the same order
   * @return without the confusion matrix of more than {@value #MOST_LABELS_IN_CONFUSION} labels
   */
  public static Metrics metrics(List<String> truths, List<String> predictions) {
    if (truths.isEmpty() || truths.size() != predictions.size()) {
      throw new IllegalArgumentException(
          "%d truths, %d predictions".formatted(truths.size(), predictions.size()));
    }
    List<String> labels =
        Stream.concat(truths.stream(), predictions.stream()).distinct().sorted().toList();
    int[] rows = rows(labels, truths);
    int[] columns = rows(labels, predictions);
    int[] support = new int[labels.size()];
    int[] predicted = new int[labels.size()];
    int[] right = new int[labels.size()];
    for (int i = 0; i < rows.length; i++) {
      support[rows[i]]++;
      predicted[columns[i]]++;
      right[rows[i]] += rows[i] == columns[i] ? 1 : 0;
    }
    List<Metrics.PerLabel> perLabel = new ArrayList<>();
    for (int label = 0; label < labels.size(); label++) {
      perLabel.add(
          new Metrics.PerLabel(
              labels.get(label),
              ratio(right[label], predicted[label]),
              ratio(right[label], support[label]),
              ratio(2 * right[label], predicted[label] + support[label]),
              support[label]));
    }
    return new Metrics(
        truths.size(),
        (double) Arrays.stream(right).sum() / truths.size(),
        mean(perLabel, Metrics.PerLabel::precision),
        mean(perLabel, Metrics.PerLabel::recall),
        mean(perLabel, Metrics.PerLabel::f1),
        perLabel,
        labels.size() > MOST_LABELS_IN_CONFUSION
            ? List.of()
            : confusion(labels.size(), rows, columns));
  }

  /**
   * A label that was taken for another one.
   *
   * @param count how often
   */
  public record Mistake(String truth, String taken, int count) {}

  /** The labels mistaken for others, most frequent first; arguments as for {@link #metrics}. */
  public static List<Mistake> mistakes(List<String> truths, List<String> predictions) {
    Map<String, Map<String, Integer>> counts = new TreeMap<>();
    for (int i = 0; i < truths.size(); i++) {
      if (!truths.get(i).equals(predictions.get(i))) {
        counts
            .computeIfAbsent(truths.get(i), label -> new TreeMap<>())
            .merge(predictions.get(i), 1, Integer::sum);
      }
    }
    List<Mistake> mistakes = new ArrayList<>();
    counts.forEach(
        (truth, taken) ->
            taken.forEach((label, count) -> mistakes.add(new Mistake(truth, label, count))));
    mistakes.sort(Comparator.comparingInt(Mistake::count).reversed());
    return mistakes;
  }

  private static int[] rows(List<String> labels, List<String> those) {
    return those.stream().mapToInt(label -> Collections.binarySearch(labels, label)).toArray();
  }

  private static List<List<Integer>> confusion(int labels, int[] rows, int[] columns) {
    int[][] counts = new int[labels][labels];
    for (int i = 0; i < rows.length; i++) {
      counts[rows[i]][columns[i]]++;
    }
    return Arrays.stream(counts).map(row -> Arrays.stream(row).boxed().toList()).toList();
  }

  /**
   * How far a head's confidence can be trusted.
   *
   * @param truths one per embedding, in order
   */
  public static Calibration calibration(List<String> truths, Head head, float[][] embeddings) {
    Reliability reliability = new Reliability();
    float[][] probabilities = head.probabilities(embeddings);
    for (int i = 0; i < probabilities.length; i++) {
      LabelProbabilities answer = new LabelProbabilities(head.labels(), probabilities[i]);
      reliability.add(answer.confidence(), answer.label().equals(truths.get(i)));
    }
    return reliability.result(1);
  }

  private static double ratio(int part, int whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }

  /** Over the labels that occur as a truth. */
  private static double mean(
      List<Metrics.PerLabel> labels, ToDoubleFunction<Metrics.PerLabel> value) {
    return labels.stream()
        .filter(label -> label.support() > 0)
        .mapToDouble(value)
        .average()
        .orElse(0);
  }
}
