package dev.imprint.tensorflow.layer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.op.math.Mean;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Keras' normalizations based on an image's own numbers: over layers, groups and vectors. */
final class Normalizations {
  /** For UnitNormalization; the one of keras.ops is {@link Scalings#SMALLEST_DEVIATION}. */
  private static final double SMALLEST_UNIT = 1e-12;

  private Normalizations() {}

  static Operand<TFloat32> layer(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Operand<TFloat32> input = call.only(inputs);
    LayerOptions options = call.options();
    options.require("rms_scaling", "false");
    int[] axes = options.list("axis").axes(LayerBuilder.rank(input));
    Arrays.sort(axes);
    Operand<TFloat32> result = centred(call, input, axes);
    int next = 0;
    if (options.flag("scale")) {
      result = call.tf().math.mul(result, weight(call, next++, input, axes));
    }
    return options.flag("center")
        ? call.tf().math.add(result, weight(call, next, input, axes))
        : result;
  }

  static Operand<TFloat32> rootMeanSquare(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Operand<TFloat32> input = call.only(inputs);
    int[] axes = call.options().list("axis").axes(LayerBuilder.rank(input));
    Arrays.sort(axes);
    Ops tf = call.tf();
    Operand<TFloat32> mean =
        tf.math.mean(tf.math.square(input), tf.constant(axes), Mean.keepDims(true));
    Operand<TFloat32> epsilon = tf.constant(call.options().number("epsilon"));
    Operand<TFloat32> scaled = tf.math.mul(input, tf.math.rsqrt(tf.math.add(mean, epsilon)));
    return tf.math.mul(scaled, weight(call, 0, input, axes));
  }

  /** Mean 0 and variance 1 over the axes, apart from the option {@code epsilon}. */
  private static Operand<TFloat32> centred(
      LayerBuilder.Call call, Operand<TFloat32> input, int[] axes) {
    Ops tf = call.tf();
    Operand<TInt32> over = tf.constant(axes);
    Operand<TFloat32> mean = tf.math.mean(input, over, Mean.keepDims(true));
    Operand<TFloat32> centred = tf.math.sub(input, mean);
    Operand<TFloat32> variance = tf.math.mean(tf.math.square(centred), over, Mean.keepDims(true));
    Operand<TFloat32> epsilon = tf.constant(call.options().number("epsilon"));
    return tf.math.mul(centred, tf.math.rsqrt(tf.math.add(variance, epsilon)));
  }

  /** A weight with the input's sizes along the axes, broadcast over the others. */
  private static Operand<TFloat32> weight(
      LayerBuilder.Call call, int index, Operand<TFloat32> input, int[] axes) {
    int[] kept = Arrays.stream(axes).map(axis -> LayerBuilder.size(input, axis)).toArray();
    int[] shape = Scalings.broadcast(input, axes);
    return call.tf().reshape(call.weight(index, kept), call.tf().constant(shape));
  }

  static Operand<TFloat32> group(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Operand<TFloat32> input = call.only(inputs);
    LayerOptions options = call.options();
    int axis = options.list("axis").axis(LayerBuilder.rank(input));
    int channels = LayerBuilder.size(input, axis);
    int groups = options.integer("groups") == -1 ? channels : options.size("groups", 0);
    if (channels % groups != 0) {
      throw options.refusal("groups", options.get("groups"), channels + " is not a multiple of it");
    }
    List<Long> split = new ArrayList<>();
    for (int i = 0; i < LayerBuilder.rank(input); i++) {
      split.add(i == axis ? groups : input.shape().get(i));
      if (i == axis) {
        split.add((long) channels / groups);
      }
    }
    Ops tf = call.tf();
    long[] shape = split.stream().mapToLong(Long::longValue).toArray();
    Operand<TFloat32> apart = tf.reshape(input, tf.constant(shape));
    int[] within = IntStream.range(1, shape.length).filter(i -> i != axis).toArray();
    Operand<TFloat32> result =
        tf.reshape(centred(call, apart, within), tf.constant(input.shape().asArray()));
    int[] own = {axis};
    int next = 0;
    if (options.flag("scale")) {
      result = tf.math.mul(result, weight(call, next++, input, own));
    }
    return options.flag("center") ? tf.math.add(result, weight(call, next, input, own)) : result;
  }

  static Operand<TFloat32> unit(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    return toUnit(call, call.only(inputs), SMALLEST_UNIT);
  }

  /** keras.ops.normalize. */
  static Operand<TFloat32> normalizeOp(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Operand<TFloat32> x = call.only(inputs);
    LayerOptions options = call.options();
    double smallest =
        options.isNull("epsilon") ? Scalings.SMALLEST_DEVIATION : options.number("epsilon");
    if (options.isNull("order") || options.number("order") == 2) {
      return toUnit(call, x, smallest);
    }
    Ops tf = call.tf();
    Operand<TFloat32> norm = norm(call, x, options.number("order"), true);
    return tf.math.div(x, tf.math.maximum(norm, tf.constant((float) smallest)));
  }

  /** tf.math.l2_normalize, whose epsilon applies to the squares. */
  static Operand<TFloat32> l2Normalize(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    double epsilon = call.options().number("epsilon", (float) SMALLEST_UNIT);
    return toUnit(call, call.only(inputs), Math.sqrt(epsilon));
  }

  /** keras.ops.norm and tf.norm for vectors. */
  static Operand<TFloat32> normOp(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    LayerOptions options = call.options();
    float order = options.isNull("ord") ? 2 : options.number("ord");
    return norm(call, call.only(inputs), order, options.flag("keepdims", false));
  }

  private static Operand<TFloat32> norm(
      LayerBuilder.Call call, Operand<TFloat32> x, float order, boolean keep) {
    Ops tf = call.tf();
    Operand<TInt32> axes = tf.constant(axes(call, x));
    Operand<TFloat32> powers =
        order == 2
            ? tf.math.square(x)
            : order == 1 ? tf.math.abs(x) : tf.math.pow(tf.math.abs(x), tf.constant(order));
    Operand<TFloat32> sum = tf.reduceSum(powers, axes, ReduceSum.keepDims(keep));
    return order == 2
        ? tf.math.sqrt(sum)
        : order == 1 ? sum : tf.math.pow(sum, tf.constant(1 / order));
  }

  private static Operand<TFloat32> toUnit(
      LayerBuilder.Call call, Operand<TFloat32> x, double smallest) {
    Ops tf = call.tf();
    Operand<TFloat32> squares =
        tf.reduceSum(tf.math.square(x), tf.constant(axes(call, x)), ReduceSum.keepDims(true));
    Operand<TFloat32> inverse =
        tf.math.minimum(tf.math.rsqrt(squares), tf.constant((float) (1 / smallest)));
    return tf.math.mul(x, inverse);
  }

  private static int[] axes(LayerBuilder.Call call, Operand<TFloat32> x) {
    int[] axes = call.options().list("axis").axes(LayerBuilder.rank(x));
    if (Arrays.stream(axes).anyMatch(axis -> axis == 0)) {
      throw call.options().list("axis").refusal("operations across images are not supported");
    }
    return axes;
  }

  /** tf.image.per_image_standardization. */
  static Operand<TFloat32> perImage(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Operand<TFloat32> x = call.only(inputs, 4);
    Ops tf = call.tf();
    Operand<TInt32> over = tf.constant(new int[] {1, 2, 3});
    Operand<TFloat32> centred = tf.math.sub(x, tf.math.mean(x, over, Mean.keepDims(true)));
    Operand<TFloat32> deviation =
        tf.math.sqrt(tf.math.mean(tf.math.square(centred), over, Mean.keepDims(true)));
    int numbers = LayerBuilder.size(x, 1) * LayerBuilder.size(x, 2) * LayerBuilder.size(x, 3);
    Operand<TFloat32> least = tf.constant((float) (1 / Math.sqrt(numbers)));
    return tf.math.div(centred, tf.math.maximum(deviation, least));
  }
}
