package dev.imprint.model;

/** Why somebody looked at an image, according to them. */
public enum Why {
  RANDOM,
  /** The model was unsure. */
  UNCERTAIN,
  /** The prediction looked wrong. */
  WRONG,
  OTHER
}
