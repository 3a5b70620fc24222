package dev.imprint.tensorflow.tuning;

import dev.imprint.tensorflow.head.Epoch;
import org.jspecify.annotations.Nullable;

/**
 * How far a fine-tuning has come.
 *
 * @param done of the phase: views, or steps
 * @param of all of the phase
 * @param epoch from 1; 0 in a phase without
 * @param loss mean over the epoch so far; 0 in a phase without
 * @param ended the epoch, at its end; null before
 */
public record TuningProgress(
    Phase phase, long done, long of, int epoch, double loss, @Nullable Epoch ended) {
  /** The parts of a fine-tuning, in order. */
  public enum Phase {
    /** The frozen part of the network runs for each view. */
    ACTIVATIONS,
    /** The head learns on the pretrained network's embeddings. */
    HEAD,
    /** Both learn. */
    TUNING
  }

  /** Called in the thread that tunes. */
  @FunctionalInterface
  public interface Listener {
    void progress(TuningProgress progress);
  }

  static TuningProgress of(Phase phase, long done, long of) {
    return new TuningProgress(phase, done, of, 0, 0, null);
  }
}
