package dev.imprint.tensorflow.head;

import dev.imprint.model.head.Activation;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.random.RandomUniform;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;

/** Parts of heads as TensorFlow ops. */
public final class HeadOps {
  private HeadOps() {}

  /** The activation of each number. */
  public static Operand<TFloat32> activated(Ops tf, Activation activation, Operand<TFloat32> x) {
    return switch (activation) {
      case LINEAR -> x;
      case RELU -> tf.nn.relu(x);
      case SILU -> tf.math.mul(x, tf.math.sigmoid(x));
      case TANH -> tf.math.tanh(x);
    };
  }

  /**
   * Dropout.
   *
   * @param rate share of the numbers that become 0, while the others grow; 0 for none
   * @param training whether it does anything
   * @param seed with {@code number} of this dropout in its graph, from 1
   */
  public static Operand<TFloat32> dropped(
      Ops tf, Operand<TFloat32> x, float rate, Operand<TBool> training, long seed, long number) {
    if (rate == 0) {
      return x;
    }
    Operand<TFloat32> drawn =
        tf.random.randomUniform(
            tf.shape(x),
            TFloat32.class,
            RandomUniform.seed(seed),
            RandomUniform.seed2(number)); // if both were 0, they would be random
    Operand<TFloat32> kept =
        tf.dtypes.cast(tf.math.greaterEqual(drawn, tf.constant(rate)), TFloat32.class);
    Operand<TFloat32> active =
        tf.math.mul(x, tf.stopGradient(tf.math.div(kept, tf.constant(1 - rate))));
    return tf.select(training, active, x);
  }
}
