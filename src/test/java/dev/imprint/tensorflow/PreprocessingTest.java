package dev.imprint.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.imprint.tensorflow.picture.InputSize;
import dev.imprint.tensorflow.picture.PictureInput;
import dev.imprint.tensorflow.session.Precision;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.EagerSession;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

class PreprocessingTest {
  /** For the pixel 10, 100, 200; expected: imagenet_utils.preprocess_input of Keras 3.15.1. */
  @ParameterizedTest
  @CsvSource({
    "NONE, 10, 100, 200",
    "TF, -0.9215686, -0.2156863, 0.5686275",
    "CAFFE, 96.061, -16.779, -113.68",
    "TORCH, -1.9466565, -0.2850140, 1.6813945",
    "CUSTOM, 4, 49, 99"
  })
  void shouldFollowKeras(Preprocessing preprocessing, float red, float green, float blue) {
    boolean custom = preprocessing == Preprocessing.CUSTOM;
    BackboneDescription description =
        new BackboneDescription(
            URI.create("file:///none.keras"),
            preprocessing,
            custom ? 0.5f : null,
            custom ? -1f : null,
            new InputSize(1, 1),
            BackboneDescription.Resize.BILINEAR,
            false,
            PictureInput.Crop.WHOLE,
            List.of("none"),
            Precision.FP32,
            List.of());
    try (EagerSession session = EagerSession.create()) {
      Ops tf = Ops.create(session);

      TFloat32 answer =
          preprocessing
              .apply(tf, tf.constant(new float[][][][] {{{{10, 100, 200}}}}), description)
              .asTensor();

      float[] values = new float[3];
      answer.asRawTensor().data().asFloats().read(values);
      assertThat(values).containsExactly(new float[] {red, green, blue}, within(1e-5f));
    }
  }
}
