package dev.imprint.tensorflow.layer;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Keras' ReLU with its three parameters. */
final class Relu {
  private Relu() {}

  static Operand<TFloat32> build(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    LayerOptions options = call.options();
    Operand<TFloat32> x = call.only(inputs);
    return relu(
        call.tf(),
        x,
        options.numberOrNull("max_value"),
        options.number("negative_slope", 0),
        options.number("threshold", 0));
  }

  /**
   * keras.activations.relu: max where x ≥ max, x where x ≥ threshold, otherwise slope × (x -
   * threshold).
   */
  static Operand<TFloat32> relu(
      Ops tf, Operand<TFloat32> x, @Nullable Float max, float slope, float threshold) {
    Operand<TFloat32> positive;
    if (threshold != 0) {
      Operand<TFloat32> mask =
          tf.dtypes.cast(tf.math.greater(x, tf.constant(threshold)), TFloat32.class);
      positive = tf.math.mul(x, mask);
    } else if (max != null && max == 6) {
      positive = tf.nn.relu6(x); // the form that TensorFlow fuses with a convolution
    } else {
      positive = tf.nn.relu(x);
    }
    if (max != null && (max != 6 || threshold != 0)) {
      positive = tf.clipByValue(positive, tf.constant(0f), tf.constant(max));
    }
    if (slope == 0) {
      return positive;
    }
    Operand<TFloat32> below = tf.nn.relu(tf.math.sub(tf.constant(threshold), x));
    return tf.math.sub(positive, tf.math.mul(tf.constant(slope), below));
  }
}
