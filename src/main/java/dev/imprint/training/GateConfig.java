package dev.imprint.training;

import static dev.imprint.model.InvalidSettingException.unless;

import dev.imprint.model.InvalidSettingException;

/**
 * The settings under {@code training.gate}: what a new head must hold to serve.
 *
 * @param minLabels labels that a head tells apart, at least
 * @param minTraining examples of a label to learn from (training and validation), at least; a label
 *     with fewer is left out
 * @param minHoldout examples of a label to judge on, at least; a label with fewer is left out
 * @param macroF1Tolerance by how much the challenger's macro F1 may be under the champion's
 * @param newLabelTolerance the same on the old labels alone, when the challenger knows new ones
 * @param recallDrop how much of a label's recall may be lost
 * @param recallDropFrom examples of a label in the holdout from which on {@code recallDrop} counts
 */
public record GateConfig(
    int minLabels,
    int minTraining,
    int minHoldout,
    double macroF1Tolerance,
    double newLabelTolerance,
    double recallDrop,
    int recallDropFrom) {
  private static final int FEWEST_LABELS = 2;

  public static final GateConfig DEFAULTS = new GateConfig(2, 5, 2, 0.005, 0.02, 0.10, 30);

  /**
   * @throws InvalidSettingException naming key, value and fix
   */
  public GateConfig {
    unless(
        minLabels >= FEWEST_LABELS,
        "training.gate.min_labels",
        minLabels,
        "set at least 2: with one label there is nothing to tell apart");
    unless(minTraining >= 1, "training.gate.min_training", minTraining, "set at least 1 example");
    unless(minHoldout >= 1, "training.gate.min_holdout", minHoldout, "set at least 1 example");
    part(macroF1Tolerance, "macro_f1_tolerance");
    part(newLabelTolerance, "new_label_tolerance");
    part(recallDrop, "recall_drop");
    unless(
        recallDropFrom >= 1,
        "training.gate.recall_drop_from",
        recallDropFrom,
        "set at least 1 example");
  }

  private static void part(double value, String key) {
    unless(value >= 0 && value <= 1, "training.gate." + key, value, "set a value from 0 to 1");
  }
}
