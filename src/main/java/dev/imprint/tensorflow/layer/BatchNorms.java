package dev.imprint.tensorflow.layer;

/** Whether batch norms are folded into adjacent convolutions and Dense layers. */
public enum BatchNorms {
  /** Faster, for serving. */
  FOLDED,
  /** As separate layers, for training. */
  KEPT
}
