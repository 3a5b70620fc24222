package dev.imprint.tuning;

import dev.imprint.tensorflow.head.Epoch;
import dev.imprint.tensorflow.tuning.TuningProgress;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a fine-tuning went.
 *
 * @param before of the validation part with the pretrained network and its head; null without one
 * @param epochs of the validation part, after each; empty without one
 * @param chosen of the validation part with the weights that were chosen; null without one
 * @param averaged whether these are the mean of several epochs'
 * @param leftOut pictures that could not be read
 * @param layersLearned names of the embedding layers that the head has learned from
 * @param seconds that each phase took
 * @param peakBytes of the process's memory; 0 if the operating system does not say
 * @param device cpu or gpu
 */
public record TuningReport(
    Epoch.@Nullable Validation before,
    List<Epoch.Validation> epochs,
    Epoch.@Nullable Validation chosen,
    boolean averaged,
    int leftOut,
    List<String> layersLearned,
    Map<TuningProgress.Phase, Double> seconds,
    long peakBytes,
    String device) {
  public TuningReport {
    epochs = List.copyOf(epochs);
    layersLearned = List.copyOf(layersLearned);
    seconds = Map.copyOf(seconds);
  }
}
