package dev.imprint.model;

/** Why somebody looked at an image: what was picked at random alone tells the live accuracy. */
public enum Why {
  RANDOM,
  /** The model was unsure. */
  UNCERTAIN,
  /** The prediction looked wrong. */
  WRONG,
  OTHER
}
