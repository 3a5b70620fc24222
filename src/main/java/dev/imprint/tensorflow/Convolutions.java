package dev.imprint.tensorflow;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** Keras' convolutions, with the batch norm that follows folded in where there is one. */
final class Convolutions {
  private static final Map<String, String> PADDINGS = Map.of("same", "SAME", "valid", "VALID");

  private Convolutions() {}

  static Operand<TFloat32> conv2d(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Operand<TFloat32> input = call.only(inputs, 4);
    LayerOptions options = call.options();
    options.require("groups", "1");
    int[] size = options.pair("kernel_size");
    int[] shape = {size[0], size[1], LayerBuilder.channels(input), options.integer("filters")};
    List<Long> strides = strides(options.pair("strides"));
    String padding = convolution(options);
    return withBias(
        call,
        call.weight(0, shape),
        shape[3],
        kernel -> call.tf().nn.conv2d(input, call.constant(kernel, shape), strides, padding));
  }

  static Operand<TFloat32> depthwiseConv2d(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Operand<TFloat32> input = call.only(inputs, 4);
    LayerOptions options = call.options();
    int[] size = options.pair("kernel_size");
    int[] step = options.pair("strides");
    if (step[0] != step[1]) {
      throw options.refusal("strides", options.get("strides"), "height and width must be equal");
    }
    int multiplier = options.integer("depth_multiplier");
    int[] shape = {size[0], size[1], LayerBuilder.channels(input), multiplier};
    String padding = convolution(options);
    return withBias(
        call,
        call.weight(0, shape),
        shape[2] * multiplier,
        kernel ->
            call.tf()
                .nn
                .depthwiseConv2dNative(
                    input, call.constant(kernel, shape), strides(step), padding));
  }

  /** What both convolutions have; returns TensorFlow's name of the padding. */
  private static String convolution(LayerOptions options) {
    options.require("data_format", LayerBuilders.CHANNELS_LAST);
    options.require("dilation_rate", "[1,1]");
    options.require("activation", "\"linear\"");
    return options.oneOf("padding", PADDINGS);
  }

  private static List<Long> strides(int[] pair) {
    return List.of(1L, (long) pair[0], (long) pair[1], 1L);
  }

  private static Operand<TFloat32> withBias(
      LayerBuilder.Call call,
      float[] kernel,
      int channels,
      Function<float[], Operand<TFloat32>> convolve) {
    boolean hasBias = call.options().flag("use_bias");
    KerasLayer norm = call.folded();
    float[] bias = hasBias ? call.weight(1, channels) : new float[channels];
    if (norm != null) {
      LayerOptions options = new LayerOptions(norm);
      BatchNormalization.affine(norm, options, call.weights(), 4, channels).foldInto(kernel, bias);
      options.refuseUnread();
    }
    Operand<TFloat32> convolved = convolve.apply(kernel);
    return hasBias || norm != null
        // BiasAdd rather than Add: the form that TensorFlow fuses with the convolution.
        ? call.tf().nn.biasAdd(convolved, call.constant(bias, channels))
        : convolved;
  }
}
