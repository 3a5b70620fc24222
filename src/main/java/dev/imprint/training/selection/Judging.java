package dev.imprint.training.selection;

import dev.imprint.buffer.Example;
import java.util.List;

/** How heads are judged on examples that they have not learned from. */
public enum Judging {
  /**
   * Cross-validation: the head that serves learns from all examples, and for each fold there is one
   * that has learned from the others. For few examples, of which none can be spared.
   */
  FOLDS,
  /** A fifth is held out, always the same one. */
  HOLDOUT;

  static Judging of(int examples, GateConfig gate) {
    return examples < gate.foldsBelow() ? FOLDS : HOLDOUT;
  }

  /** Whether the head that serves learns from it. */
  boolean learns(Example example) {
    return this == FOLDS || Split.of(example) != Split.HOLDOUT;
  }

  /** Whether it decides when to stop. */
  boolean validates(Example example) {
    return learns(example) && Split.validates(example);
  }

  List<Example> judged(List<Example> examples) {
    return this == FOLDS
        ? examples
        : examples.stream().filter(example -> Split.of(example) == Split.HOLDOUT).toList();
  }
}
