package dev.imprint.tensorflow.layer;

import java.util.List;
import java.util.Map;

/**
 * How a convolution moves over its input.
 *
 * @param padding TensorFlow's name
 * @param strides along height and width
 * @param dilation along height and width
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Sweep(String padding, int[] strides, int[] dilation) {
  static final Map<String, String> PADDINGS = Map.of("same", "SAME", "valid", "VALID");

  static Sweep of(LayerOptions options) {
    options.require("data_format", LayerBuilders.CHANNELS_LAST);
    int[] dilation =
        options.isNull("dilation_rate") ? new int[] {1, 1} : options.list("dilation_rate").pair();
    return new Sweep(options.oneOf("padding", PADDINGS), options.list("strides").pair(), dilation);
  }

  List<Long> stridesOfAllAxes() {
    return List.of(1L, (long) strides[0], (long) strides[1], 1L);
  }

  List<Long> dilationsOfAllAxes() {
    return List.of(1L, (long) dilation[0], (long) dilation[1], 1L);
  }

  Sweep withoutDilation() {
    return new Sweep(padding, strides, new int[] {1, 1});
  }

  boolean square() {
    return strides[0] == strides[1];
  }

  boolean dense() {
    return dilation[0] == 1 && dilation[1] == 1;
  }
}
