package dev.imprint.model;

import java.util.List;

/**
 * Prediction quality on examples with known labels.
 *
 * @param examples number evaluated
 * @param accuracy share predicted correctly, in 0..1
 * @param macroPrecision mean over the labels that occur as truth, in 0..1; likewise {@code
 *     macroRecall} and {@code macroF1}
 * @param labels one entry each, in alphabetical order: every label that is a truth or was predicted
 * @param confusion counts; rows are truths, columns predictions, both in the order of {@code
 *     labels}. Empty in the record of a version with over 100 labels
 */
public record Metrics(
    int examples,
    double accuracy,
    double macroPrecision,
    double macroRecall,
    double macroF1,
    List<PerLabel> labels,
    List<List<Integer>> confusion) {

  /**
   * The metrics of one label.
   *
   * @param precision share of the predictions of this label that are right; 0 if there are none
   * @param recall share of the examples of this label that were predicted as it; 0 if there are
   *     none
   * @param f1 harmonic mean of both; 0 if both are 0
   * @param support number of examples with this label
   */
  public record PerLabel(String label, double precision, double recall, double f1, int support) {}

  public Metrics {
    labels = List.copyOf(labels);
    confusion = confusion.stream().map(List::copyOf).toList();
  }
}
