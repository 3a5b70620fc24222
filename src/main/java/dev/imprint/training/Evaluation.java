package dev.imprint.training;

import dev.imprint.model.Calibration;
import dev.imprint.model.Head;
import dev.imprint.model.Metrics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** How well heads do on examples with known labels. */
public final class Evaluation {
  private Evaluation() {}

  /**
   * @param truths at least one
   * @param predictions one per truth, in the same order
   */
  public static Metrics metrics(List<String> truths, List<String> predictions) {
    if (truths.isEmpty() || truths.size() != predictions.size()) {
      throw new IllegalArgumentException(
          "%d truths, %d predictions".formatted(truths.size(), predictions.size()));
    }
    List<String> labels =
        Stream.concat(truths.stream(), predictions.stream()).distinct().sorted().toList();
    int[][] confusion = new int[labels.size()][labels.size()];
    int right = 0;
    for (int i = 0; i < truths.size(); i++) {
      int row = Collections.binarySearch(labels, truths.get(i));
      confusion[row][Collections.binarySearch(labels, predictions.get(i))]++;
      right += truths.get(i).equals(predictions.get(i)) ? 1 : 0;
    }
    List<Metrics.PerLabel> perLabel = new ArrayList<>();
    labels.forEach(label -> perLabel.add(perLabel(label, perLabel.size(), confusion)));
    return new Metrics(
        truths.size(),
        (double) right / truths.size(),
        mean(perLabel, Metrics.PerLabel::precision),
        mean(perLabel, Metrics.PerLabel::recall),
        mean(perLabel, Metrics.PerLabel::f1),
        perLabel,
        Arrays.stream(confusion).map(row -> Arrays.stream(row).boxed().toList()).toList());
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
      Answer answer = new Answer(head.labels(), probabilities[i]);
      reliability.add(answer.confidence(), answer.label().equals(truths.get(i)));
    }
    return reliability.result(1);
  }

  private static Metrics.PerLabel perLabel(String label, int number, int[][] confusion) {
    int support = 0;
    int predicted = 0;
    for (int other = 0; other < confusion.length; other++) {
      support += confusion[number][other];
      predicted += confusion[other][number];
    }
    int right = confusion[number][number];
    return new Metrics.PerLabel(
        label,
        ratio(right, predicted),
        ratio(right, support),
        ratio(2 * right, predicted + support),
        support);
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
