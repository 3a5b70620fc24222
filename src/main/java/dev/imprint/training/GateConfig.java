package dev.imprint.training;

import static dev.imprint.model.InvalidSettingException.unless;

import dev.imprint.model.InvalidSettingException;

/**
 * The settings under {@code training.gate}: the requirements for a new head to serve.
 *
 * @param minLabels minimum number of labels that a head distinguishes
 * @param minTraining minimum number of a label's examples to learn from (training and validation);
 *     a label with fewer is left out
 * @param minHoldout minimum number of a label's examples to judge on; a label with fewer is left
 *     out
 * @param macroF1Tolerance by how much the challenger's macro F1 may be below the champion's
 * @param newLabelTolerance the same on the old labels only, if the challenger knows new ones
 * @param recallDrop how much of a label's recall may be lost
 * @param recallDropFrom minimum number of a label's holdout examples for {@code recallDrop} to
 *     apply
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
