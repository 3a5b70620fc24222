package dev.imprint.tensorflow.tuning;

import dev.imprint.model.TunedTop;
import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.LearningPart;
import dev.imprint.tensorflow.head.HeadTraining;
import dev.imprint.tensorflow.session.TensorFlowConfig;

/** The weights of a network's last layers before any training, in the form of tuned ones. */
public final class PretrainedTop {
  private PretrainedTop() {}

  public static TunedTop of(BackboneDescription description, LearningPart part) {
    TunableNetwork network = TunableNetwork.of(description, part);
    TensorFlowConfig config = TensorFlowConfig.DEFAULT;
    try (FrozenPart frozen = network.frozen(config);
        TopTraining training =
            new TopTraining(
                network,
                new TopTraining.Data(frozen.shape(), 2, 100),
                HeadTraining.withSeed(1),
                FineTuneSettings.DEFAULTS,
                config)) {
      return training.top(network.id());
    }
  }
}
