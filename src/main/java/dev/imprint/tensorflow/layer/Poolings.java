package dev.imprint.tensorflow.layer;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.ReduceMax;
import org.tensorflow.op.math.Mean;
import org.tensorflow.types.TFloat32;

/** Keras' poolings. At the border, an average is over the existing numbers, as in Keras. */
final class Poolings {
  private Poolings() {}

  private record Pool(List<Long> size, List<Long> strides, String padding) {
    static Pool of(LayerOptions options) {
      options.require("data_format", LayerBuilders.CHANNELS_LAST);
      int[] size = options.list("pool_size").pair();
      int[] strides = options.isNull("strides") ? size : options.list("strides").pair();
      return new Pool(
          List.of(1L, (long) size[0], (long) size[1], 1L),
          List.of(1L, (long) strides[0], (long) strides[1], 1L),
          options.oneOf("padding", Sweep.PADDINGS));
    }
  }

  static Operand<TFloat32> max(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Pool pool = Pool.of(call.options());
    Ops tf = call.tf();
    return tf.nn.maxPool(
        call.only(inputs, 4),
        tf.constant(pool.size().stream().mapToInt(Long::intValue).toArray()),
        tf.constant(pool.strides().stream().mapToInt(Long::intValue).toArray()),
        pool.padding());
  }

  static Operand<TFloat32> average(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Pool pool = Pool.of(call.options());
    return call.tf().nn.avgPool(call.only(inputs, 4), pool.size(), pool.strides(), pool.padding());
  }

  static Operand<TFloat32> globalMax(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    return call.tf()
        .reduceMax(
            call.only(inputs, 4),
            call.tf().constant(new int[] {1, 2}),
            ReduceMax.keepDims(keepsDimensions(call)));
  }

  static Operand<TFloat32> globalAverage(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    return call.tf()
        .math
        .mean(
            call.only(inputs, 4),
            call.tf().constant(new int[] {1, 2}),
            Mean.keepDims(keepsDimensions(call)));
  }

  /** For rows of numbers, such as a transformer's. */
  static Operand<TFloat32> globalMax1d(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Ops tf = call.tf();
    return tf.reduceMax(
        call.only(inputs, 3), tf.constant(1), ReduceMax.keepDims(keepsDimensions(call)));
  }

  static Operand<TFloat32> globalAverage1d(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Ops tf = call.tf();
    return tf.math.mean(call.only(inputs, 3), tf.constant(1), Mean.keepDims(keepsDimensions(call)));
  }

  /** keras.ops.image.extract_patches: the numbers of each patch in place of one pixel's. */
  static Operand<TFloat32> patches(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    LayerOptions options = call.options();
    options.require("data_format", LayerBuilders.CHANNELS_LAST);
    int[] size = options.list("size").pair();
    int[] strides = options.isNull("strides") ? size : options.list("strides").pair();
    return patches(call, inputs, size, strides, options.list("dilation_rate").pair());
  }

  /** tf.image.extract_patches. */
  static Operand<TFloat32> imagePatches(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    int[][] numbers = new int[3][];
    int next = 0;
    for (String key : List.of("sizes", "strides", "rates")) {
      int[] all = call.options().list(key).integers();
      if (all.length != 4 || all[0] != 1 || all[3] != 1) {
        throw call.options().list(key).refusal("[1, height, width, 1] is expected");
      }
      numbers[next++] = new int[] {all[1], all[2]};
    }
    return patches(call, inputs, numbers[0], numbers[1], numbers[2]);
  }

  private static Operand<TFloat32> patches(
      LayerBuilder.Call call,
      List<Operand<TFloat32>> inputs,
      int[] size,
      int[] strides,
      int[] rates) {
    return call.tf()
        .image
        .extractImagePatches(
            call.only(inputs, 4),
            ofAllAxes(size),
            ofAllAxes(strides),
            ofAllAxes(rates),
            call.options().oneOf("padding", Sweep.PADDINGS));
  }

  private static List<Long> ofAllAxes(int[] pair) {
    return List.of(1L, (long) pair[0], (long) pair[1], 1L);
  }

  private static boolean keepsDimensions(LayerBuilder.Call call) {
    call.options().require("data_format", LayerBuilders.CHANNELS_LAST);
    return call.options().flag("keepdims", false);
  }
}
