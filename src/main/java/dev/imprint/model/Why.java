package dev.imprint.model;

/** Why somebody looked at an image: only images picked at random show the live accuracy. */
public enum Why {
  RANDOM,
  /** The model was unsure. */
  UNCERTAIN,
  /** The prediction looked wrong. */
  WRONG,
  OTHER
}
