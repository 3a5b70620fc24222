package dev.imprint.training.selection;

import static dev.imprint.model.InvalidSettingException.unless;

import dev.imprint.model.InvalidSettingException;

/**
 * The settings under {@code training.gate}: what a new head must achieve to serve.
 *
 * @param minLabels fewest labels that a head distinguishes
 * @param minTraining fewest examples of a label to learn from; a label with fewer is left out
 * @param foldsBelow with fewer examples than this, heads learn from all of them and are judged by
 *     cross-validation; from this many on, a fifth is held out
 * @param newLabelTolerance what part of the examples of old labels, and how much macro F1 on them,
 *     the challenger may lose to new ones
 * @param recallDrop by how much a label's recall may fall; a larger loss counts if it is
 *     significant
 * @param recallDropFrom fewest judged examples of a label for that check
 * @param whenUnsure what happens if the examples cannot tell which head is better
 */
public record GateConfig(
    int minLabels,
    int minTraining,
    int foldsBelow,
    double newLabelTolerance,
    double recallDrop,
    int recallDropFrom,
    WhenUnsure whenUnsure) {
  /** The decision if there are too few examples to tell which head is better. */
  public enum WhenUnsure {
    /** A head that has learned from other labels or pictures, or by another backbone, serves. */
    PROMOTE,
    /** The serving one stays. */
    KEEP;

    public boolean promotes(boolean differs) {
      return this == PROMOTE && differs;
    }
  }

  private static final int FEWEST_LABELS = 2;

  /** Of a label: one to learn from, and one to judge by. */
  private static final int FEWEST_EXAMPLES = 2;

  /** Training takes six times as long with folds. */
  private static final int MOST_FOR_FOLDS = 20_000;

  public static final GateConfig DEFAULTS =
      new GateConfig(2, 3, 2_000, 0.02, 0.10, 30, WhenUnsure.PROMOTE);

  /**
   * @throws InvalidSettingException naming key, value and fix
   */
  public GateConfig {
    unless(
        minLabels >= FEWEST_LABELS,
        "training.gate.min_labels",
        minLabels,
        "set at least 2: with one label there is nothing to distinguish");
    unless(
        minTraining >= FEWEST_EXAMPLES,
        "training.gate.min_training",
        minTraining,
        "set at least 2 examples");
    unless(
        foldsBelow >= 0 && foldsBelow <= MOST_FOR_FOLDS,
        "training.gate.folds_below",
        foldsBelow,
        "set 0 (always hold out a fifth) to %d examples".formatted(MOST_FOR_FOLDS));
    part(newLabelTolerance, "new_label_tolerance");
    part(recallDrop, "recall_drop");
    unless(
        recallDropFrom >= 1,
        "training.gate.recall_drop_from",
        recallDropFrom,
        "set at least 1 example");
  }

  /**
   * For examples that have been selected before: none is left out, however few there are of its
   * label.
   *
   * @param folds whether they are judged by cross-validation
   */
  public static GateConfig taking(boolean folds) {
    return new GateConfig(
        FEWEST_LABELS,
        FEWEST_EXAMPLES,
        folds ? MOST_FOR_FOLDS : 0,
        DEFAULTS.newLabelTolerance,
        DEFAULTS.recallDrop,
        DEFAULTS.recallDropFrom,
        DEFAULTS.whenUnsure);
  }

  /** The same with another bound for cross-validation. */
  public GateConfig withFoldsBelow(int examples) {
    return new GateConfig(
        minLabels,
        minTraining,
        examples,
        newLabelTolerance,
        recallDrop,
        recallDropFrom,
        whenUnsure);
  }

  /** The same with a cross-validation of as many examples as possible. */
  public GateConfig withFolds() {
    return withFoldsBelow(MOST_FOR_FOLDS);
  }

  private static void part(double value, String key) {
    unless(value >= 0 && value <= 1, "training.gate." + key, value, "set a value from 0 to 1");
  }
}
