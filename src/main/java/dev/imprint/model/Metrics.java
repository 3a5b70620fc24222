package dev.imprint.model;

import java.util.List;

/**
 * How well labels were predicted, on examples whose truth is known.
 *
 * @param examples how many were judged
 * @param accuracy part that was predicted right, in 0..1
 * @param macroPrecision mean over the labels that are among the truths, in 0..1; likewise {@code
 *     macroRecall} and {@code macroF1}
 * @param labels one each, in alphabetical order: every label that is a truth or was predicted
 * @param confusion rows are truths, columns what was predicted, both in the order of {@code
 *     labels}; counts. Empty in the record of a version of over 100 labels
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
   * One label's share.
   *
   * @param precision of what was predicted as this label, the part that is; 0 if nothing was
   * @param recall of what is this label, the part that was predicted as it; 0 if nothing is
   * @param f1 harmonic mean of both; 0 if both are 0
   * @param support how many of the examples are this label
   */
  public record PerLabel(String label, double precision, double recall, double f1, int support) {}

  public Metrics {
    labels = List.copyOf(labels);
    confusion = confusion.stream().map(List::copyOf).toList();
  }
}
