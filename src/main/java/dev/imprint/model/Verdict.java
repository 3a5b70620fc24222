package dev.imprint.model;

/** What feedback says of a prediction, without naming a label. */
public enum Verdict {
  /** The predicted label is the right one. */
  CORRECT,
  /** It is not, and the right one is not known. */
  INCORRECT,
  /** Take the image out of what is learned from. */
  FORGET
}
