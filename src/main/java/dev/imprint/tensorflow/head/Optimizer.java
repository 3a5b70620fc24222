package dev.imprint.tensorflow.head;

/** The optimizers; the formulas and constants are those of Keras 3. */
public enum Optimizer {
  /** Kingma, Ba 2015; weight decay is part of the loss. */
  ADAM,
  /** Loshchilov, Hutter 2019: beside the step, weights shrink by decay × learning rate. */
  ADAMW,
  /** Hinton 2012; weight decay is part of the loss. */
  RMSPROP,
  /** Gradient descent; weight decay is part of the loss. */
  SGD;

  /** Whether weights shrink beside the step, not through the loss. */
  boolean decouplesDecay() {
    return this == ADAMW;
  }

  /** Whether it can use momentum. */
  boolean takesMomentum() {
    return this == RMSPROP || this == SGD;
  }
}
