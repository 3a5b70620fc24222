package dev.imprint.tensorflow;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.ReduceMax;
import org.tensorflow.op.math.Mean;
import org.tensorflow.types.TFloat32;

/** Keras' poolings. At the border an average is over the numbers that are there, as in Keras. */
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

  private static boolean keepsDimensions(LayerBuilder.Call call) {
    call.options().require("data_format", LayerBuilders.CHANNELS_LAST);
    return call.options().flag("keepdims", false);
  }
}
