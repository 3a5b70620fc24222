package dev.imprint.tensorflow.layer;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Keras' Conv2DTranspose: the gradient of a convolution, as a layer. */
final class TransposedConvolution {
  private TransposedConvolution() {}

  static Operand<TFloat32> build(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Operand<TFloat32> input = call.only(inputs, 4);
    LayerOptions options = call.options();
    options.require("groups", "1"); // Keras 2 writes it
    int filters = options.size("filters", 0);
    int[] kernelSize = options.list("kernel_size").pair();
    Sweep sweep = Sweep.of(options);
    int[] shape = {kernelSize[0], kernelSize[1], filters, LayerBuilder.channels(input)};
    Operand<TFloat32> kernel = call.weight(0, shape);
    if (!sweep.dense()) {
      kernel = Convolutions.spread(call.tf(), kernel, shape, sweep.dilation());
    }
    int height = side(options, input, 1, sweep);
    int width = side(options, input, 2, sweep);
    Ops tf = call.tf();
    Operand<TInt32> images =
        tf.slice(tf.shape(input), tf.constant(new int[1]), tf.constant(new int[] {1}));
    Operand<TInt32> size =
        tf.concat(List.of(images, tf.constant(new int[] {height, width, filters})), tf.constant(0));
    Operand<TFloat32> spread =
        tf.nn.conv2dBackpropInput(size, kernel, input, sweep.stridesOfAllAxes(), sweep.padding());
    Operand<TFloat32> result =
        tf.reshape(spread, tf.constant(new int[] {-1, height, width, filters}));
    if (options.flag("use_bias")) {
      result = tf.math.add(result, call.weight(1, filters));
    }
    return Activations.option(call, "activation", result);
  }

  /** Keras' deconv_output_length. */
  private static int side(LayerOptions options, Operand<TFloat32> input, int axis, Sweep sweep) {
    int side = LayerBuilder.size(input, axis);
    int stride = (int) (long) sweep.stridesOfAllAxes().get(axis);
    int rate = sweep.dilation()[axis - 1];
    int kernel = (options.list("kernel_size").pair()[axis - 1] - 1) * rate + 1;
    boolean valid = sweep.padding().equals("VALID");
    if (options.isNull("output_padding")) {
      int more = valid ? Math.max(kernel - stride, 0) : 0;
      return Math.addExact(Math.multiplyExact(side, stride), more);
    }
    int[] more = options.list("output_padding").integers();
    int border = valid ? 0 : kernel / 2;
    int result = (side - 1) * stride + kernel - 2 * border + more[more.length == 1 ? 0 : axis - 1];
    if (more.length > 2 || result < 1) {
      throw options.list("output_padding").refusal("one number or two are expected");
    }
    return result;
  }
}
