package dev.imprint.tensorflow.layer;

import java.util.Arrays;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.ReduceMax;
import org.tensorflow.op.core.ReduceMin;
import org.tensorflow.types.TFloat32;

/** Keras' Rescaling and Normalization, and other layers that scale by known numbers. */
final class Scalings {
  /** keras.config.epsilon(). */
  static final float SMALLEST_DEVIATION = 1e-7f;

  private Scalings() {}

  static Operand<TFloat32> rescaling(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Ops tf = call.tf();
    Operand<TFloat32> scaled = tf.math.mul(call.only(inputs), numbers(call, "scale"));
    return tf.math.add(scaled, numbers(call, "offset"));
  }

  /** One number, or one per channel. */
  private static Operand<TFloat32> numbers(LayerBuilder.Call call, String key) {
    float[] numbers = call.options().list(key).numbers();
    return call.options().get(key).isArray()
        ? call.constant(numbers, numbers.length)
        : call.tf().constant(numbers[0]);
  }

  /** keras.applications' LayerScale: one factor per channel. */
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
      call.variables().ignore(2); // number of pictures used to compute them
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

  /** Stretches each channel of each picture to the whole range, like Keras' AutoContrast. */
  static Operand<TFloat32> autoContrast(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Operand<TFloat32> x = call.only(inputs, 4);
    call.options().require("data_format", LayerBuilders.CHANNELS_LAST);
    float[] range = call.options().list("value_range").numbers();
    if (range.length != 2) {
      throw call.options().list("value_range").refusal("two numbers are expected");
    }
    Ops tf = call.tf();
    var places = tf.constant(new int[] {1, 2});
    Operand<TFloat32> low = tf.reduceMin(x, places, ReduceMin.keepDims(true));
    Operand<TFloat32> high = tf.reduceMax(x, places, ReduceMax.keepDims(true));
    Operand<TFloat32> unit = tf.math.divNoNan(tf.math.sub(x, low), tf.math.sub(high, low));
    Operand<TFloat32> stretched =
        tf.math.add(tf.math.mul(unit, tf.constant(range[1] - range[0])), tf.constant(range[0]));
    return tf.select(tf.math.equal(low, high), x, stretched); // a single colour stays as it is
  }

  private static Operand<TFloat32> given(LayerBuilder.Call call, String key, int[] shape) {
    float[] numbers = call.options().list(key).numbers();
    return numbers.length == 1 ? call.tf().constant(numbers[0]) : call.constant(numbers, shape);
  }

  /** The input's sizes along these axes and 1 along the others. */
  static int[] broadcast(Operand<TFloat32> input, int[] axes) {
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
