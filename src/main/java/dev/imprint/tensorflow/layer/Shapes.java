package dev.imprint.tensorflow.layer;

import java.util.Arrays;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Layers that move numbers, pad, crop and change shapes. The first axis, the batch, does not
 * change.
 */
final class Shapes {
  private Shapes() {}

  static Operand<TFloat32> flatten(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    call.options().require("data_format", LayerBuilders.CHANNELS_LAST);
    return reshaped(call, "data_format", call.only(inputs), -1);
  }

  static Operand<TFloat32> reshape(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    int[] target = call.options().list("target_shape").integers();
    return reshaped(call, "target_shape", call.only(inputs), target);
  }

  /** keras.ops.reshape: the shape includes the batch axis. */
  static Operand<TFloat32> reshapeOp(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    int[] shape = call.options().list("newshape").integers();
    if (shape.length < 2 || shape[0] != -1) {
      throw call.options().list("newshape").refusal("begin with -1, for the images");
    }
    return reshaped(
        call, "newshape", call.only(inputs), Arrays.copyOfRange(shape, 1, shape.length));
  }

  private static Operand<TFloat32> reshaped(
      LayerBuilder.Call call, String key, Operand<TFloat32> input, int... target) {
    long numbers = 1;
    for (int axis = 1; axis < LayerBuilder.rank(input); axis++) {
      numbers *= LayerBuilder.size(input, axis);
    }
    long known = 1;
    int open = -1;
    long[] shape = new long[target.length + 1];
    shape[0] = -1;
    for (int i = 0; i < target.length; i++) {
      shape[i + 1] = target[i];
      if (target[i] == -1 && open < 0) {
        open = i + 1;
      } else {
        known = Math.multiplyExact(known, target[i]);
      }
    }
    if (known < 1 || (open < 0 ? numbers != known : numbers % known != 0)) {
      throw call.options()
          .list(key)
          .refusal("the input %s does not fit that shape".formatted(input.shape()));
    }
    if (open >= 0) {
      shape[open] = numbers / known;
    }
    return call.tf().reshape(input, call.tf().constant(shape));
  }

  static Operand<TFloat32> permute(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    int[] dims = call.options().list("dims").integers();
    int[] order = new int[dims.length + 1];
    System.arraycopy(dims, 0, order, 1, dims.length);
    return transposed(call, "dims", inputs, order);
  }

  /** keras.ops.transpose. */
  static Operand<TFloat32> transpose(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    return transposed(call, "axes", inputs, call.options().list("axes").integers());
  }

  static Operand<TFloat32> transposed(
      LayerBuilder.Call call, String key, List<Operand<TFloat32>> inputs, int... order) {
    if (order.length == 0 || order[0] != 0) {
      throw call.options().list(key).refusal("operations across images are not supported");
    }
    return call.tf().linalg.transpose(call.only(inputs, order.length), call.tf().constant(order));
  }

  static Operand<TFloat32> zeroPadding2d(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    int[] border = border(call, "padding");
    int[][] paddings = {{0, 0}, {border[0], border[1]}, {border[2], border[3]}, {0, 0}};
    Ops tf = call.tf();
    return tf.pad(call.only(inputs, 4), tf.constant(paddings), tf.constant(0f));
  }

  static Operand<TFloat32> cropping2d(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Operand<TFloat32> input = call.only(inputs, 4);
    int[] border = border(call, "cropping");
    long height = (long) LayerBuilder.size(input, 1) - border[0] - border[1];
    long width = (long) LayerBuilder.size(input, 2) - border[2] - border[3];
    if (height < 1 || width < 1) {
      throw call.options()
          .list("cropping")
          .refusal("nothing is left of the input " + input.shape());
    }
    Ops tf = call.tf();
    return tf.slice(
        input,
        // The gradient of a slice needs 32-bit integers.
        tf.constant(new int[] {0, border[0], border[2], 0}),
        tf.constant(new int[] {-1, (int) height, (int) width, -1}));
  }

  /** Rows at the top and bottom, columns at the left and right. */
  private static int[] border(LayerBuilder.Call call, String key) {
    call.options().require("data_format", LayerBuilders.CHANNELS_LAST);
    int[] border = call.options().list(key).integers();
    if (border.length != 4 || Arrays.stream(border).anyMatch(side -> side < 0)) {
      throw call.options().list(key).refusal("[[above, below], [left, right]] is expected");
    }
    return border;
  }
}
