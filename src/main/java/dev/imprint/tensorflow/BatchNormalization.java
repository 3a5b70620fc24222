package dev.imprint.tensorflow;

import java.util.Arrays;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Keras' BatchNormalization as it is in serving: by its moving mean and variance. */
final class BatchNormalization {
  private BatchNormalization() {}

  static Operand<TFloat32> build(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    if (inputs.size() != 1) {
      throw new KerasImportException("layer '%s' takes one input".formatted(call.layer().name()));
    }
    Operand<TFloat32> input = inputs.get(0);
    int channels = LayerBuilder.channels(input);
    ChannelAffine norm =
        affine(
            call.layer(), call.options(), call.weights(), input.shape().numDimensions(), channels);
    Ops tf = call.tf();
    return tf.math.add(
        tf.math.mul(input, call.constant(norm.scale(), channels)),
        call.constant(norm.shift(), channels));
  }

  /** A batch norm's numbers, for its own layer or for the convolution that it is folded into. */
  static ChannelAffine affine(
      KerasLayer layer, LayerOptions options, KerasWeights weights, int rank, int channels) {
    int axis = options.get("axis").path(0).asInt(options.get("axis").asInt());
    if (axis != -1 && axis != rank - 1) {
      throw options.refusal("axis", options.get("axis"), "only the last axis can be read");
    }
    boolean scale = options.flag("scale");
    boolean center = options.flag("center");
    float[] gamma = new float[channels];
    Arrays.fill(gamma, 1);
    int next = 0;
    if (scale) {
      gamma = weights.read(layer, next++, channels);
    }
    float[] beta = center ? weights.read(layer, next++, channels) : new float[channels];
    float[] mean = weights.read(layer, next++, channels);
    float[] variance = weights.read(layer, next, channels);
    return ChannelAffine.ofBatchNorm(gamma, beta, mean, variance, options.number("epsilon"));
  }
}
