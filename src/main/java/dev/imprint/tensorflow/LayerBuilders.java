package dev.imprint.tensorflow;

import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.op.math.Mean;
import org.tensorflow.types.TFloat32;

/**
 * The Keras layers that can be rebuilt. To add one, write its builder and add its line to {@link
 * #TABLE}; the formulas are those of Keras' own call() methods.
 */
final class LayerBuilders {
  private static final Map<String, LayerBuilder> TABLE =
      Map.ofEntries(
          Map.entry("Add", LayerBuilders::add),
          Map.entry("BatchNormalization", BatchNormalization::build),
          Map.entry("Conv2D", Convolutions::conv2d),
          Map.entry("DepthwiseConv2D", Convolutions::depthwiseConv2d),
          Map.entry("GlobalAveragePooling2D", LayerBuilders::globalAveragePooling2d),
          Map.entry("ReLU", Relu::build));

  static final String CHANNELS_LAST = "\"channels_last\"";

  private LayerBuilders() {}

  static LayerBuilder of(KerasLayer layer) {
    LayerBuilder builder = TABLE.get(layer.className());
    if (builder == null) {
      throw new KerasImportException(
          "layer '%s' is of class %s, which is not known; known are %s: cut the network before it"
                  .formatted(
                      layer.name(), layer.className(), TABLE.keySet().stream().sorted().toList())
              + " (embedding_layers) or add its builder to LayerBuilders");
    }
    return builder;
  }

  private static Operand<TFloat32> add(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    return inputs.stream().reduce(call.tf().math::add).orElseThrow();
  }

  private static Operand<TFloat32> globalAveragePooling2d(
      LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    call.options().require("data_format", CHANNELS_LAST);
    return call.tf()
        .math
        .mean(
            call.only(inputs, 4),
            call.tf().constant(new int[] {1, 2}),
            Mean.keepDims(call.options().flag("keepdims")));
  }
}
