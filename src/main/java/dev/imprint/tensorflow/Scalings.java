package dev.imprint.tensorflow;

import java.util.Arrays;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.math.Mean;
import org.tensorflow.types.TFloat32;

/** Keras' Rescaling, Normalization and LayerNormalization. */
final class Scalings {
  /** keras.config.epsilon(). */
  private static final float SMALLEST_DEVIATION = 1e-7f;

  private Scalings() {}

  static Operand<TFloat32> rescaling(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Ops tf = call.tf();
    Operand<TFloat32> scaled = tf.math.mul(call.only(inputs), numbers(call, "scale"));
    return tf.math.add(scaled, numbers(call, "offset"));
  }

  /** One number, or one a channel. */
  private static Operand<TFloat32> numbers(LayerBuilder.Call call, String key) {
    float[] numbers = call.options().list(key).numbers();
    return call.options().get(key).isArray()
        ? call.constant(numbers, numbers.length)
        : call.tf().constant(numbers[0]);
  }

  /** keras.applications' LayerScale: one factor a channel. */
  static Operand<TFloat32> layerScale(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    call.options().get("init_values");
    int channels = call.options().size("projection_dim", 0);
    return call.tf().math.mul(call.only(inputs), call.weight(0, channels));
  }

  /** keras.applications' CustomScaleLayer: a + b × scale. */
  static Operand<TFloat32> scaledSum(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Ops tf = call.tf();
    Operand<TFloat32> scaled =
        tf.math.mul(inputs.get(1), tf.constant(call.options().number("scale")));
    return tf.math.add(inputs.get(0), scaled);
  }

  static Operand<TFloat32> normalization(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Operand<TFloat32> input = call.only(inputs);
    LayerOptions options = call.options();
    int rank = LayerBuilder.rank(input);
    int[] axes = options.isNull("axis") ? new int[0] : options.list("axis").axes(rank);
    Arrays.sort(axes);
    int[] kept = Arrays.stream(axes).map(axis -> LayerBuilder.size(input, axis)).toArray();
    int[] shape = broadcast(input, axes);
    Operand<TFloat32> mean;
    Operand<TFloat32> variance;
    if (options.isNull("mean")) {
      mean = reshaped(call, call.statistic(0, kept), shape);
      variance = reshaped(call, call.statistic(1, kept), shape);
      call.variables().ignore(2); // how many pictures these came from
    } else {
      mean = given(call, "mean", shape);
      variance = given(call, "variance", shape);
    }
    Ops tf = call.tf();
    Operand<TFloat32> deviation =
        tf.math.maximum(tf.math.sqrt(variance), tf.constant(SMALLEST_DEVIATION));
    return options.flag("invert", false)
        ? tf.math.add(mean, tf.math.mul(input, deviation))
        : tf.math.div(tf.math.sub(input, mean), deviation);
  }

  private static Operand<TFloat32> given(LayerBuilder.Call call, String key, int[] shape) {
    float[] numbers = call.options().list(key).numbers();
    return numbers.length == 1 ? call.tf().constant(numbers[0]) : call.constant(numbers, shape);
  }

  static Operand<TFloat32> layerNormalization(
      LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Operand<TFloat32> input = call.only(inputs);
    LayerOptions options = call.options();
    options.require("rms_scaling", "false");
    int[] axes = options.list("axis").axes(LayerBuilder.rank(input));
    Arrays.sort(axes);
    Ops tf = call.tf();
    var over = tf.constant(axes);
    Operand<TFloat32> mean = tf.math.mean(input, over, Mean.keepDims(true));
    Operand<TFloat32> centred = tf.math.sub(input, mean);
    Operand<TFloat32> variance = tf.math.mean(tf.math.square(centred), over, Mean.keepDims(true));
    Operand<TFloat32> epsilon = tf.constant(options.number("epsilon"));
    Operand<TFloat32> result = tf.math.mul(centred, tf.math.rsqrt(tf.math.add(variance, epsilon)));
    int[] kept = Arrays.stream(axes).map(axis -> LayerBuilder.size(input, axis)).toArray();
    int[] shape = broadcast(input, axes);
    int next = 0;
    if (options.flag("scale")) {
      result = tf.math.mul(result, reshaped(call, call.weight(next++, kept), shape));
    }
    return options.flag("center")
        ? tf.math.add(result, reshaped(call, call.weight(next, kept), shape))
        : result;
  }

  /** The input's sizes along these axes and 1 along the others. */
  private static int[] broadcast(Operand<TFloat32> input, int[] axes) {
    int[] shape = new int[LayerBuilder.rank(input)];
    Arrays.fill(shape, 1);
    for (int axis : axes) {
      shape[axis] = LayerBuilder.size(input, axis);
    }
    return shape;
  }

  private static Operand<TFloat32> reshaped(
      LayerBuilder.Call call, Operand<TFloat32> weight, int[] shape) {
    return call.tf().reshape(weight, call.tf().constant(shape));
  }
}
