package dev.imprint.tensorflow.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.EagerSession;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

class ReluTest {
  /** For -2, -0.5, 0.5, 2, 7; expected: keras.activations.relu (Keras 3.15.1). */
  @ParameterizedTest
  @CsvSource(
      nullValues = "null",
      value = {
        "null, 0, 0, 0, 0, 0.5, 2, 7",
        "6, 0, 0, 0, 0, 0.5, 2, 6",
        "3, 0, 0, 0, 0, 0.5, 2, 3",
        "null, 0.1, 0, -0.2, -0.05, 0.5, 2, 7",
        "6, 0.1, 0, -0.2, -0.05, 0.5, 2, 6",
        "null, 0, 1, 0, 0, 0, 2, 7",
        "6, 0.1, 1, -0.3, -0.15, -0.05, 2, 6"
      })
  void shouldFollowKerasInAllThreeParameters(
      Float max, float slope, float threshold, float a, float b, float c, float d, float e) {
    try (EagerSession session = EagerSession.create()) {
      Ops tf = Ops.create(session);
      TFloat32 answer =
          Relu.relu(tf, tf.constant(new float[] {-2, -0.5f, 0.5f, 2, 7}), max, slope, threshold)
              .asTensor();

      float[] values = new float[5];
      answer.asRawTensor().data().asFloats().read(values);
      assertThat(values).containsExactly(new float[] {a, b, c, d, e}, within(1e-6f));
    }
  }
}
