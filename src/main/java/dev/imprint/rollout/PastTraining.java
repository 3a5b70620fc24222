package dev.imprint.rollout;

import dev.imprint.model.Backbone;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import dev.imprint.training.BufferConfig;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The means to look into past trainings.
 *
 * @param backbones opens the one with an id; the caller closes it
 * @param progress receives lines to display
 */
public record PastTraining(
    ModelStore store,
    BufferConfig buffer,
    TensorFlowConfig tensorflow,
    Function<String, Backbone> backbones,
    Consumer<String> progress) {

  void waiting(int pictures) {
    progress.accept(BufferRetraining.waiting(pictures));
  }
}
