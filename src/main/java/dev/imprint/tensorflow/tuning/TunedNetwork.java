package dev.imprint.tensorflow.tuning;

import dev.imprint.model.TunedTop;
import dev.imprint.model.head.DenseHead;
import dev.imprint.tensorflow.head.Epoch;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of a fine-tuning.
 *
 * @param head trained on the embeddings of the network with this top
 * @param before of the validation part with the pretrained network and its head; null without one
 * @param epochs of the validation part, after each; empty without one
 * @param chosen of the validation part with the weights that were chosen; null without one
 * @param averaged whether these are the mean of several epochs'
 * @param leftOut pictures that could not be read
 * @param layersLearned names of the embedding layers that the head has learned from
 */
public record TunedNetwork(
    TunedTop top,
    DenseHead head,
    Epoch.@Nullable Validation before,
    List<Epoch.Validation> epochs,
    Epoch.@Nullable Validation chosen,
    boolean averaged,
    int leftOut,
    List<String> layersLearned) {
  public TunedNetwork {
    epochs = List.copyOf(epochs);
    layersLearned = List.copyOf(layersLearned);
  }
}
