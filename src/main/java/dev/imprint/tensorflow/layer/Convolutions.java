package dev.imprint.tensorflow.layer;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.nn.Conv2d;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Keras' convolutions, with adjacent batch norms folded in if that is exact. */
final class Convolutions {
  private Convolutions() {}

  static Operand<TFloat32> conv2d(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Operand<TFloat32> input = call.only(inputs, 4);
    LayerOptions options = call.options();
    int channels = LayerBuilder.channels(input);
    int filters = options.size("filters", 0);
    int groups = options.size("groups", 1);
    if (channels % groups != 0 || filters % groups != 0) {
      throw options.refusal(
          "groups",
          options.get("groups"),
          "%d input channels and %d filters must be multiples of it".formatted(channels, filters));
    }
    int[] size = options.list("kernel_size").pair();
    int[] shape = {size[0], size[1], channels / groups, filters};
    FoldedWeights.Channels flow = new FoldedWeights.Channels(channels, filters, groups);
    Sweep sweep = Sweep.of(options);
    if (groups == channels && sweep.square()) { // how ConvNeXt writes a depthwise convolution
      int[] depthwise = {size[0], size[1], channels, filters / channels};
      Operand<TInt32> asDepthwise = call.tf().constant(depthwise);
      return finish(
          call,
          0,
          shape,
          flow,
          kernel ->
              depthwise(call, input, call.tf().reshape(kernel, asDepthwise), depthwise, sweep));
    }
    return finish(
        call, 0, shape, flow, kernel -> convolve(call, input, kernel, shape, groups, sweep));
  }

  /**
   * TensorFlow's CPU kernels do not support groups with a fused bias, so each group is convolved
   * separately.
   */
  private static Operand<TFloat32> convolve(
      LayerBuilder.Call call,
      Operand<TFloat32> input,
      Operand<TFloat32> kernel,
      int[] shape,
      int groups,
      Sweep sweep) {
    Ops tf = call.tf();
    if (call.variables().forTraining() && !sweep.dense()) {
      // TensorFlow's gradient of a convolution ignores the dilation.
      Operand<TFloat32> spread = spread(tf, kernel, shape, sweep.dilation());
      return convolve(call, input, spread, shape, groups, sweep.withoutDilation());
    }
    Conv2d.Options dilations = Conv2d.dilations(sweep.dilationsOfAllAxes());
    if (groups == 1) {
      return tf.nn.conv2d(input, kernel, sweep.stridesOfAllAxes(), sweep.padding(), dilations);
    }
    List<Operand<TFloat32>> parts = new ArrayList<>();
    List<? extends Operand<TFloat32>> inputs =
        tf.split(tf.constant(3), input, (long) groups).output();
    List<? extends Operand<TFloat32>> kernels =
        tf.split(tf.constant(3), kernel, (long) groups).output();
    for (int g = 0; g < groups; g++) {
      parts.add(
          tf.nn.conv2d(
              inputs.get(g), kernels.get(g), sweep.stridesOfAllAxes(), sweep.padding(), dilations));
    }
    return tf.concat(parts, tf.constant(3));
  }

  static Operand<TFloat32> depthwiseConv2d(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Operand<TFloat32> input = call.only(inputs, 4);
    int[] shape = depthwiseShape(call, input);
    Sweep sweep = Sweep.of(call.options());
    return finish(
        call,
        0,
        shape,
        new FoldedWeights.Channels(shape[2], shape[2] * shape[3], shape[2]),
        kernel -> depthwise(call, input, kernel, shape, sweep));
  }

  static Operand<TFloat32> separableConv2d(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Operand<TFloat32> input = call.only(inputs, 4);
    int[] shape = depthwiseShape(call, input);
    Sweep sweep = Sweep.of(call.options());
    int filters = call.options().size("filters", 0);
    int[] pointwise = {1, 1, shape[2] * shape[3], filters};
    Operand<TFloat32> between = depthwise(call, input, call.weight(0, shape), shape, sweep);
    return finish(
        call,
        1,
        pointwise,
        new FoldedWeights.Channels(pointwise[2], filters, 1),
        kernel -> call.tf().nn.conv2d(between, kernel, List.of(1L, 1L, 1L, 1L), "VALID"));
  }

  private static int[] depthwiseShape(LayerBuilder.Call call, Operand<TFloat32> input) {
    call.options().require("groups", "1"); // Keras 2 writes it
    int[] size = call.options().list("kernel_size").pair();
    int multiplier = call.options().size("depth_multiplier", 1);
    return new int[] {size[0], size[1], LayerBuilder.channels(input), multiplier};
  }

  private static Operand<TFloat32> depthwise(
      LayerBuilder.Call call,
      Operand<TFloat32> input,
      Operand<TFloat32> kernel,
      int[] shape,
      Sweep sweep) {
    if (!sweep.square()) {
      throw call.options().list("strides").refusal("height and width must be equal");
    }
    Operand<TFloat32> spread =
        sweep.dense() ? kernel : spread(call.tf(), kernel, shape, sweep.dilation());
    return call.tf()
        .nn
        .depthwiseConv2dNative(input, spread, sweep.stridesOfAllAxes(), sweep.padding());
  }

  /**
   * A dilated kernel as an ordinary one with zeros in between: TensorFlow's kernel has no dilation.
   */
  static Operand<TFloat32> spread(Ops tf, Operand<TFloat32> kernel, int[] shape, int[] rate) {
    long[] apart = {shape[0], 1, shape[1], 1, shape[2], shape[3]};
    int[][] zeros = {{0, 0}, {0, rate[0] - 1}, {0, 0}, {0, rate[1] - 1}, {0, 0}, {0, 0}};
    Operand<TFloat32> padded =
        tf.pad(tf.reshape(kernel, tf.constant(apart)), tf.constant(zeros), tf.constant(0f));
    long[] together = {(long) shape[0] * rate[0], (long) shape[1] * rate[1], shape[2], shape[3]};
    int height = Math.addExact(Math.multiplyExact(shape[0] - 1, rate[0]), 1);
    int width = Math.addExact(Math.multiplyExact(shape[1] - 1, rate[1]), 1);
    int[] size = {height, width, shape[2], shape[3]}; // a slice's gradient needs 32-bit integers
    return tf.slice(
        tf.reshape(padded, tf.constant(together)), tf.constant(new int[4]), tf.constant(size));
  }

  /**
   * @param index of the kernel among the layer's variables; the bias comes after it
   * @param shape of the kernel
   */
  private static Operand<TFloat32> finish(
      LayerBuilder.Call call,
      int index,
      int[] shape,
      FoldedWeights.Channels channels,
      Function<Operand<TFloat32>, Operand<TFloat32>> convolve) {
    FoldedWeights weights = FoldedWeights.of(call, index, shape, channels);
    Operand<TFloat32> result = weights.biased(call, convolve.apply(weights.kernel()));
    return Activations.option(call, "activation", result);
  }
}
