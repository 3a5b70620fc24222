package dev.imprint.model.metrics;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Prediction quality on examples with known labels.
 *
 * @param examples number evaluated
 * @param accuracy share predicted correctly, in 0..1
 * @param macroPrecision mean over the labels that occur as truth, in 0..1; likewise {@code
 *     macroRecall} and {@code macroF1}
 * @param labels one entry each, in alphabetical order: every label that is a truth or was predicted
 * @param confusion counts; rows are truths, columns predictions, both in the order of {@code
 *     labels}. Empty with over 100 labels
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
  public record PerLabel(String label, double precision, double recall, double f1, int support) {
    /**
     * Null if the label was never predicted correctly: how often it was predicted is not known
     * then.
     */
    public @Nullable Interval precisionInterval() {
      return precision == 0 ? null : Interval.ofShare(precision, right() / precision);
    }

    public Interval recallInterval() {
      return Interval.ofShare(recall, support);
    }

    /**
     * F1 is 2s / (1 + s), where s is the share of the right ones among all examples that are this
     * label or were taken for it (Hand, Christen, Kirielle 2021).
     */
    public Interval f1Interval() {
      double share = f1 / (2 - f1);
      Interval ofShare = Interval.ofShare(share, share == 0 ? support : right() / share);
      return new Interval(
          2 * ofShare.low() / (1 + ofShare.low()), 2 * ofShare.high() / (1 + ofShare.high()));
    }

    private double right() {
      return recall * support;
    }
  }

  public Metrics {
    labels = List.copyOf(labels);
    confusion = confusion.stream().map(List::copyOf).toList();
  }

  public Interval accuracyInterval() {
    return Interval.ofShare(accuracy, examples);
  }

  /** This and the following take some milliseconds. */
  public Interval macroPrecisionInterval() {
    return MacroBootstrap.interval(
        macroPrecision, labels, (right, missed, mistaken) -> right / (right + mistaken));
  }

  public Interval macroRecallInterval() {
    return MacroBootstrap.interval(
        macroRecall, labels, (right, missed, mistaken) -> right / (right + missed));
  }

  public Interval macroF1Interval() {
    return MacroBootstrap.interval(
        macroF1, labels, (right, missed, mistaken) -> 2 * right / (2 * right + missed + mistaken));
  }
}
