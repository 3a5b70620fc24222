package dev.imprint.tensorflow.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.imprint.model.head.DenseHead;
import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.KerasBackbone;
import dev.imprint.tensorflow.Preprocessing;
import dev.imprint.tensorflow.picture.InputSize;
import dev.imprint.tensorflow.picture.PictureInput;
import dev.imprint.tensorflow.session.Precision;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;

/** Backbones and heads to export. */
class ClassifierExportSteps {
  /** Two of the labels have two classes each, as after they were merged. */
  static final List<String> CLASSES = List.of("cat", "dog", "cat", "gear", "dog");

  static final List<String> LABELS = List.of("cat", "dog", "gear");

  static final float TOLERANCE = 1e-5f;

  @TempDir Path dir;

  /** With small weights, so that no label is certain. */
  static DenseHead head(KerasBackbone backbone) {
    return new DenseHead(
        backbone.id(),
        CLASSES,
        drawn(backbone.dimension(), CLASSES.size()),
        new float[] {.1f, -.2f, .3f, 0, .2f});
  }

  static void assertClose(float[][] answers, float[][] expected) {
    for (int i = 0; i < expected.length; i++) {
      assertThat(answers[i]).containsExactly(expected[i], within(TOLERANCE));
    }
  }

  static float[] drawn(int inputs, int units) {
    SplittableRandom random = new SplittableRandom(5);
    float[] weights = new float[inputs * units];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) ((random.nextDouble() - 0.5) / Math.sqrt(inputs));
    }
    return weights;
  }

  static BackboneDescription ofShared() {
    return description("shared.keras", Preprocessing.TF, List.of("joined"), new InputSize(6, 8));
  }

  static BackboneDescription description(
      String file, Preprocessing preprocessing, List<String> layers, InputSize size) {
    return description(Path.of("src/test/resources/keras", file), preprocessing, layers, size);
  }

  static BackboneDescription description(
      Path file, Preprocessing preprocessing, List<String> layers, InputSize size) {
    boolean custom = preprocessing == Preprocessing.CUSTOM;
    return new BackboneDescription(
        file.toUri(),
        preprocessing,
        custom ? 0.0078125f : null,
        custom ? -0.9921875f : null,
        size,
        BackboneDescription.Resize.BILINEAR,
        false,
        PictureInput.Crop.WHOLE,
        layers,
        Precision.FP32,
        List.of());
  }
}
