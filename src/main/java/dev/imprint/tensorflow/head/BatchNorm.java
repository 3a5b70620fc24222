package dev.imprint.tensorflow.head;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;

/**
 * Batch normalization (Ioffe, Szegedy 2015) of several heads side by side, each by the examples
 * that it learns from. Means and variances to serve with are those of all steps so far, later of
 * about the last {@value #STEPS}: a training may take no more steps than that, in which Keras'
 * momentum of 0.99 would not forget where it began.
 */
final class BatchNorm {
  private static final float EPSILON = 1e-3f;
  private static final int STEPS = 100;

  private final Variable<TFloat32> gamma;
  private final Variable<TFloat32> beta;
  private final Variable<TFloat32> mean;
  private final Variable<TFloat32> variance;
  private final Variable<TFloat32> steps;
  private List<Op> updates = List.of();

  BatchNorm(Ops tf, int heads, int units) {
    int[] shape = {heads, units};
    gamma = tf.variable(tf.ones(tf.constant(shape), TFloat32.class));
    beta = tf.variable(tf.zeros(tf.constant(shape), TFloat32.class));
    mean = tf.variable(tf.zeros(tf.constant(shape), TFloat32.class));
    variance = tf.variable(tf.ones(tf.constant(shape), TFloat32.class));
    steps = tf.variable(tf.zeros(tf.constant(new int[] {heads, 1}), TFloat32.class));
  }

  /**
   * Called once.
   *
   * @param sums n × heads × units
   * @param counted n × heads × 1: 1 for an example that a head learns from, else 0
   */
  Operand<TFloat32> normalized(
      Ops tf, Operand<TFloat32> sums, Operand<TFloat32> counted, Operand<TBool> training) {
    Operand<TFloat32> count = overBatch(tf, counted);
    Operand<TFloat32> itsMean = tf.math.divNoNan(overBatch(tf, tf.math.mul(sums, counted)), count);
    Operand<TFloat32> squares = tf.math.square(tf.math.sub(sums, itsMean));
    Operand<TFloat32> itsVariance =
        tf.math.divNoNan(overBatch(tf, tf.math.mul(squares, counted)), count);
    update(tf, count, itsMean, itsVariance);
    Operand<TFloat32> from = tf.select(training, itsMean, mean);
    Operand<TFloat32> scale =
        tf.math.rsqrt(
            tf.math.add(tf.select(training, itsVariance, variance), tf.constant(EPSILON)));
    return tf.math.add(tf.math.mul(tf.math.sub(sums, from), tf.math.mul(scale, gamma)), beta);
  }

  private static Operand<TFloat32> overBatch(Ops tf, Operand<TFloat32> x) {
    return tf.reduceSum(x, tf.constant(0));
  }

  private void update(
      Ops tf, Operand<TFloat32> count, Operand<TFloat32> itsMean, Operand<TFloat32> itsVariance) {
    Operand<TFloat32> one = tf.math.minimum(count, tf.constant(1f)); // 0 if the batch has none
    Operand<TFloat32> share =
        tf.math.divNoNan(one, tf.math.minimum(tf.math.add(steps, one), tf.constant((float) STEPS)));
    List<Op> moved =
        List.of(moved(tf, mean, itsMean, share), moved(tf, variance, itsVariance, share));
    updates = List.of(tf.withControlDependencies(moved).assignAdd(steps, one));
  }

  private static Op moved(
      Ops tf, Variable<TFloat32> variable, Operand<TFloat32> to, Operand<TFloat32> share) {
    return tf.assignAdd(variable, tf.math.mul(share, tf.math.sub(to, variable)));
  }

  List<Variable<TFloat32>> learned() {
    return List.of(gamma, beta);
  }

  /** All that {@link #fold} takes. */
  List<Variable<TFloat32>> variables() {
    return List.of(gamma, beta, mean, variance);
  }

  List<Op> updates() {
    return updates;
  }

  /**
   * Changes a layer's weights so that it needs no normalization after it.
   *
   * @param weights inputs × units
   * @param bias one per unit
   * @param values of {@link #variables}, one per unit each
   */
  static void fold(float[] weights, float[] bias, List<float[]> values) {
    int units = bias.length;
    float[] scale = new float[units];
    for (int u = 0; u < units; u++) {
      scale[u] = (float) (values.get(0)[u] / Math.sqrt(values.get(3)[u] + EPSILON));
      bias[u] = (bias[u] - values.get(2)[u]) * scale[u] + values.get(1)[u];
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] *= scale[i % units];
    }
  }
}
