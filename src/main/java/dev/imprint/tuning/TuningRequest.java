package dev.imprint.tuning;

import dev.imprint.augmentation.Recipe;
import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.LearningPart;
import dev.imprint.tensorflow.head.HeadTraining;
import dev.imprint.tensorflow.picture.ImageLimits;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import dev.imprint.tensorflow.tuning.FineTuneSettings;
import dev.imprint.tensorflow.tuning.TuningExample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A network to fine-tune, with its settings and examples.
 *
 * @param backbone its YAML; null for the bundled one
 * @param part of the network that learns
 * @param head how it is trained first; its seed is also that of the tuning
 * @param tensorflow whose threads are also the cores that the process uses, unless 0
 * @param recipe of the views to learn from, beside the pictures themselves
 */
public record TuningRequest(
    @Nullable Path backbone,
    LearningPart part,
    FineTuneSettings settings,
    HeadTraining head,
    TensorFlowConfig tensorflow,
    ImageLimits images,
    Recipe recipe,
    List<TuningExample> examples) {
  public TuningRequest {
    examples = List.copyOf(examples);
  }

  /** The size of the examples' files together. */
  long pictureBytes() throws IOException {
    long bytes = 0;
    for (TuningExample example : examples) {
      bytes += Files.size(example.picture());
    }
    return bytes;
  }

  BackboneDescription description() {
    return backbone == null ? BackboneDescription.bundled() : BackboneDescription.load(backbone);
  }
}
