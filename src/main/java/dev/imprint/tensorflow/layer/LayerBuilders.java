package dev.imprint.tensorflow.layer;

import dev.imprint.tensorflow.keras.KerasClass;
import dev.imprint.tensorflow.keras.KerasImportException;
import dev.imprint.tensorflow.keras.KerasLayer;
import java.util.Map;

/**
 * The Keras layers that can be rebuilt; arithmetic between them is in {@link OpBuilders}. To add
 * one, write its builder and add a line to {@link #TABLE}; the formulas are those of Keras' own
 * call() methods.
 */
final class LayerBuilders {
  /** For layers that only have an effect in training. */
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
          Map.entry("AugMix", IDENTITY),
          Map.entry("AutoContrast", Scalings::autoContrast),
          Map.entry("Average", Merges::average),
          Map.entry("AveragePooling2D", Poolings::average),
          Map.entry("BatchNormalization", BatchNormalization::build),
          Map.entry("CenterCrop", Resizings::centerCrop),
          Map.entry("Concatenate", Merges::concatenate),
          Map.entry("Conv2D", Convolutions::conv2d),
          Map.entry("Conv2DTranspose", TransposedConvolution::build),
          Map.entry("Cropping2D", Shapes::cropping2d),
          Map.entry("CustomScaleLayer", Scalings::scaledSum), // in InceptionResNetV2
          Map.entry("CutMix", IDENTITY),
          Map.entry("Dense", Dense::build),
          Map.entry("DepthwiseConv2D", Convolutions::depthwiseConv2d),
          Map.entry("Dropout", IDENTITY),
          Map.entry("ELU", Activations::elu),
          Map.entry("EinsumDense", Dense::einsum),
          Map.entry("Embedding", ArrayOps::embedding),
          Map.entry("Flatten", Shapes::flatten),
          Map.entry("GaussianDropout", IDENTITY),
          Map.entry("GaussianNoise", IDENTITY),
          Map.entry("GlobalAveragePooling1D", Poolings::globalAverage1d),
          Map.entry("GlobalAveragePooling2D", Poolings::globalAverage),
          Map.entry("GlobalMaxPooling1D", Poolings::globalMax1d),
          Map.entry("GlobalMaxPooling2D", Poolings::globalMax),
          Map.entry("GroupNormalization", Normalizations::group),
          Map.entry("GroupQueryAttention", Attention::groupQuery),
          Map.entry("Identity", IDENTITY),
          Map.entry("LayerNormalization", Normalizations::layer),
          Map.entry("LayerScale", Scalings::layerScale), // in ConvNeXt
          Map.entry("LeakyReLU", Activations::leakyRelu),
          Map.entry("MaxNumBoundingBoxes", IDENTITY),
          Map.entry("MaxPooling2D", Poolings::max),
          Map.entry("Maximum", Merges.of((tf, a, b) -> tf.math.maximum(a, b))),
          Map.entry("Minimum", Merges.of((tf, a, b) -> tf.math.minimum(a, b))),
          Map.entry("MixUp", IDENTITY),
          Map.entry("MultiHeadAttention", Attention::multiHead),
          Map.entry("Multiply", Merges.of((tf, a, b) -> tf.math.mul(a, b))),
          Map.entry("Normalization", Scalings::normalization),
          Map.entry("PReLU", Activations::prelu),
          Map.entry("Permute", Shapes::permute),
          Map.entry("Pipeline", Wrappers::pipeline),
          Map.entry("RMSNormalization", Normalizations::rootMeanSquare),
          Map.entry("RandAugment", IDENTITY),
          Map.entry("RandomBrightness", IDENTITY),
          Map.entry("RandomColorDegeneration", IDENTITY),
          Map.entry("RandomColorJitter", IDENTITY),
          Map.entry("RandomContrast", IDENTITY),
          Map.entry("RandomCrop", Resizings::randomCrop),
          Map.entry("RandomElasticTransform", IDENTITY),
          Map.entry("RandomErasing", IDENTITY),
          Map.entry("RandomFlip", IDENTITY),
          Map.entry("RandomGaussianBlur", IDENTITY),
          Map.entry("RandomGrayscale", IDENTITY),
          Map.entry("RandomHeight", IDENTITY),
          Map.entry("RandomHue", IDENTITY),
          Map.entry("RandomInvert", IDENTITY),
          Map.entry("RandomPerspective", IDENTITY),
          Map.entry("RandomPosterization", IDENTITY),
          Map.entry("RandomRotation", IDENTITY),
          Map.entry("RandomSaturation", IDENTITY),
          Map.entry("RandomSharpness", IDENTITY),
          Map.entry("RandomShear", IDENTITY),
          Map.entry("RandomTranslation", IDENTITY),
          Map.entry("RandomWidth", IDENTITY),
          Map.entry("RandomZoom", IDENTITY),
          Map.entry("ReLU", Relu::build),
          Map.entry("Rescaling", Scalings::rescaling),
          Map.entry("Reshape", Shapes::reshape),
          Map.entry("Resizing", Resizings::resizing),
          Map.entry("SeparableConv2D", Convolutions::separableConv2d),
          Map.entry("Softmax", Activations::softmax),
          Map.entry("Solarization", IDENTITY),
          Map.entry("SpatialDropout1D", IDENTITY),
          Map.entry("SpatialDropout2D", IDENTITY),
          Map.entry("SpectralNormalization", Wrappers::spectral),
          Map.entry("StochasticDepth", IDENTITY), // in ConvNeXt
          Map.entry("Subtract", Merges.of((tf, a, b) -> tf.math.sub(a, b))),
          Map.entry("ThresholdedReLU", Activations::thresholdedRelu),
          Map.entry("TimeDistributed", Wrappers::timeDistributed),
          Map.entry("UnitNormalization", Normalizations::unit),
          Map.entry("UpSampling2D", Resizings::upSampling2d),
          Map.entry("ZeroPadding2D", Shapes::zeroPadding2d));

  static final String CHANNELS_LAST = "\"channels_last\"";

  private LayerBuilders() {}

  static LayerBuilder of(KerasLayer layer) {
    KerasClass.requireOwn(layer);
    LayerBuilder builder =
        layer.isOp()
            ? OpBuilders.of(layer.className().substring(KerasClass.OP.length()))
            : TABLE.get(layer.className());
    if (builder == null) {
      throw new KerasImportException(
          "layer '%s' is of class %s, which is not supported: cut the network before it"
                  .formatted(layer.path(), layer.className())
              + " (embedding_layers) or add its builder to %s"
                  .formatted(layer.isOp() ? "OpBuilders" : "LayerBuilders"));
    }
    return builder;
  }
}
