package dev.imprint.tensorflow.head;

import org.jspecify.annotations.Nullable;

/**
 * A pass through the examples.
 *
 * @param number from 1, in its phase
 * @param most maximum number in the phase
 * @param loss mean cross-entropy on the examples while they were being learned
 * @param validation null in a phase without
 */
public record Epoch(
    Phase phase, int number, int most, double loss, @Nullable Validation validation) {

  /** The parts of a training, in order; rounds of self-training follow each other. */
  public enum Phase {
    /** Tries settings by cross-validation. */
    TRIAL,
    /** Looks for the number of epochs after which the validation part is answered best. */
    SEARCH,
    /** Learns from all examples. */
    FIT,
    /** Learns from unlabelled pictures, too. */
    SELF_TRAINING,
    /** Learns together with the network's last layers. */
    TUNING
  }

  /**
   * Of the validation part.
   *
   * @param loss mean cross-entropy
   * @param accuracy share of right answers, in 0..1
   */
  public record Validation(double loss, double accuracy) {}
}
