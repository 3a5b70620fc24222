package dev.imprint.model;

/** A model's role when it made a prediction. */
public enum Role {
  SERVING,
  CANARY
}
