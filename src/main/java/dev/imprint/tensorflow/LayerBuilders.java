package dev.imprint.tensorflow;

import java.util.Map;

/**
 * The Keras layers that can be rebuilt. To add one, write its builder and add its line to {@link
 * #TABLE}; the formulas are those of Keras' own call() methods.
 */
final class LayerBuilders {
  /** What does something in training alone. */
  private static final LayerBuilder IDENTITY =
      (call, inputs) -> {
        call.options().ignoreAll();
        call.variables().ignoreAll();
        return call.only(inputs);
      };

  private static final Map<String, LayerBuilder> TABLE =
      Map.ofEntries(
          Map.entry("Activation", Activations::activation),
          Map.entry("ActivityRegularization", IDENTITY),
          Map.entry("Add", Merges.of((tf, a, b) -> tf.math.add(a, b))),
          Map.entry("AlphaDropout", IDENTITY),
          Map.entry("Average", Merges::average),
          Map.entry("AveragePooling2D", Poolings::average),
          Map.entry("BatchNormalization", BatchNormalization::build),
          Map.entry("Concatenate", Merges::concatenate),
          Map.entry("Conv2D", Convolutions::conv2d),
          Map.entry("Cropping2D", Shapes::cropping2d),
          Map.entry("CustomScaleLayer", Scalings::scaledSum), // of InceptionResNetV2
          Map.entry("Dense", Dense::build),
          Map.entry("DepthwiseConv2D", Convolutions::depthwiseConv2d),
          Map.entry("Dropout", IDENTITY),
          Map.entry("ELU", Activations::elu),
          Map.entry("Flatten", Shapes::flatten),
          Map.entry("GaussianDropout", IDENTITY),
          Map.entry("GaussianNoise", IDENTITY),
          Map.entry("GlobalAveragePooling2D", Poolings::globalAverage),
          Map.entry("GlobalMaxPooling2D", Poolings::globalMax),
          Map.entry("Identity", IDENTITY),
          Map.entry("LayerNormalization", Scalings::layerNormalization),
          Map.entry("LayerScale", Scalings::layerScale), // of ConvNeXt
          Map.entry("LeakyReLU", Activations::leakyRelu),
          Map.entry("MaxPooling2D", Poolings::max),
          Map.entry("Maximum", Merges.of((tf, a, b) -> tf.math.maximum(a, b))),
          Map.entry("Minimum", Merges.of((tf, a, b) -> tf.math.minimum(a, b))),
          Map.entry("Multiply", Merges.of((tf, a, b) -> tf.math.mul(a, b))),
          Map.entry("Normalization", Scalings::normalization),
          Map.entry("PReLU", Activations::prelu),
          Map.entry("Permute", Shapes::permute),
          Map.entry("RandomBrightness", IDENTITY),
          Map.entry("RandomContrast", IDENTITY),
          Map.entry("RandomFlip", IDENTITY),
          Map.entry("RandomRotation", IDENTITY),
          Map.entry("RandomTranslation", IDENTITY),
          Map.entry("RandomZoom", IDENTITY),
          Map.entry("ReLU", Relu::build),
          Map.entry("Rescaling", Scalings::rescaling),
          Map.entry("Reshape", Shapes::reshape),
          Map.entry("Resizing", Resizings::resizing),
          Map.entry("SeparableConv2D", Convolutions::separableConv2d),
          Map.entry("Softmax", Activations::softmax),
          Map.entry("SpatialDropout2D", IDENTITY),
          Map.entry("StochasticDepth", IDENTITY), // of ConvNeXt
          Map.entry("Subtract", Merges.of((tf, a, b) -> tf.math.sub(a, b))),
          Map.entry("UpSampling2D", Resizings::upSampling2d),
          Map.entry("ZeroPadding2D", Shapes::zeroPadding2d),
          Map.entry("ops.Absolute", Activations.by((tf, x) -> tf.math.abs(x))),
          Map.entry("ops.Add", Merges.of((tf, a, b) -> tf.math.add(a, b))),
          Map.entry("ops.Clip", TensorOps::clip),
          Map.entry("ops.Concatenate", Merges::concatenate),
          Map.entry("ops.Divide", Merges.of((tf, a, b) -> tf.math.div(a, b))),
          Map.entry("ops.Elu", Activations::elu),
          Map.entry("ops.Exp", Activations.by((tf, x) -> tf.math.exp(x))),
          Map.entry("ops.Gelu", Activations::gelu),
          Map.entry(TensorOps.GET_ITEM, TensorOps::getItem),
          Map.entry("ops.HardSigmoid", Activations.by("hard_sigmoid")),
          Map.entry("ops.HardSilu", Activations.by("hard_silu")),
          Map.entry("ops.HardTanh", Activations.by("hard_tanh")),
          Map.entry("ops.LeakyRelu", Activations::leakyRelu),
          Map.entry("ops.Log", Activations.by((tf, x) -> tf.math.log(x))),
          Map.entry("ops.LogSoftmax", Activations::logSoftmax),
          Map.entry("ops.Max", TensorOps::max),
          Map.entry("ops.Maximum", Merges.of((tf, a, b) -> tf.math.maximum(a, b))),
          Map.entry("ops.Mean", TensorOps::mean),
          Map.entry("ops.Min", TensorOps::min),
          Map.entry("ops.Minimum", Merges.of((tf, a, b) -> tf.math.minimum(a, b))),
          Map.entry("ops.Mish", Activations.by("mish")),
          Map.entry("ops.Multiply", Merges.of((tf, a, b) -> tf.math.mul(a, b))),
          Map.entry("ops.Negative", Activations.by((tf, x) -> tf.math.neg(x))),
          Map.entry("ops.Power", Merges.of((tf, a, b) -> tf.math.pow(a, b))),
          Map.entry("ops.ReLU", Relu::build),
          Map.entry("ops.Relu", Activations.by("relu")),
          Map.entry("ops.Relu6", Activations.by("relu6")),
          Map.entry("ops.Reshape", Shapes::reshapeOp),
          Map.entry("ops.Selu", Activations.by("selu")),
          Map.entry("ops.Sigmoid", Activations.by("sigmoid")),
          Map.entry("ops.Silu", Activations.by("silu")),
          Map.entry("ops.Softmax", Activations::softmax),
          Map.entry("ops.Softplus", Activations.by("softplus")),
          Map.entry("ops.Sqrt", Activations.by((tf, x) -> tf.math.sqrt(x))),
          Map.entry("ops.Square", Activations.by((tf, x) -> tf.math.square(x))),
          Map.entry("ops.Subtract", Merges.of((tf, a, b) -> tf.math.sub(a, b))),
          Map.entry("ops.Sum", TensorOps::sum),
          Map.entry("ops.Tanh", Activations.by("tanh")),
          Map.entry("ops.Transpose", Shapes::transpose),
          Map.entry("ops.TrueDivide", Merges.of((tf, a, b) -> tf.math.div(a, b))));

  static final String CHANNELS_LAST = "\"channels_last\"";

  private LayerBuilders() {}

  static LayerBuilder of(KerasLayer layer) {
    KerasClass.requireOwn(layer);
    LayerBuilder builder = TABLE.get(layer.className());
    if (builder == null) {
      throw new KerasImportException(
          "layer '%s' is of class %s, which is not known; known are %s: cut the network before it"
                  .formatted(
                      layer.path(), layer.className(), TABLE.keySet().stream().sorted().toList())
              + " (embedding_layers) or add its builder to LayerBuilders");
    }
    return builder;
  }
}
