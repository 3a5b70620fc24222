package dev.imprint.model;

/** What a model was when it made a prediction. */
public enum Role {
  SERVING,
  CANARY
}
