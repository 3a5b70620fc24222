package dev.imprint.model;

/** Feedback on a prediction that names no label. */
public enum Verdict {
  /** The predicted label is right. */
  CORRECT,
  /** It is wrong, and the right one is unknown. */
  INCORRECT,
  /** Stop learning from the image. */
  FORGET
}
