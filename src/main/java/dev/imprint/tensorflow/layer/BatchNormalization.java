package dev.imprint.tensorflow.layer;

import java.util.Arrays;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Keras' BatchNormalization at inference: with its moving mean and variance. */
final class BatchNormalization {
  private BatchNormalization() {}

  static Operand<TFloat32> build(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Operand<TFloat32> input = call.only(inputs);
    int rank = LayerBuilder.rank(input);
    int axis = call.options().list("axis").axis(rank);
    int channels = LayerBuilder.size(input, axis);
    int[] shape = new int[rank];
    Arrays.fill(shape, 1);
    shape[axis] = channels;
    LayerVariables variables = call.variables();
    ChannelAffine norm = affine(call, channels);
    Ops tf = call.tf();
    return tf.math.add(
        tf.math.mul(input, variables.shared("scale", () -> call.constant(norm.scale(), shape))),
        variables.shared("shift", () -> call.constant(norm.shift(), shape)));
  }

  /** A batch norm's parameters, for its own layer or for the convolution that it is folded into. */
  static ChannelAffine affine(LayerBuilder.Call call, int channels) {
    LayerOptions options = call.options();
    options.get("axis");
    LayerVariables variables = call.variables();
    boolean scale = options.flag("scale");
    boolean center = options.flag("center");
    float[] gamma = new float[channels];
    Arrays.fill(gamma, 1);
    int next = 0;
    if (scale) {
      gamma = variables.read(next++, channels);
    }
    float[] beta = center ? variables.read(next++, channels) : new float[channels];
    float[] mean = variables.read(next++, channels);
    float[] variance = variables.read(next, channels);
    return ChannelAffine.ofBatchNorm(gamma, beta, mean, variance, options.number("epsilon"));
  }
}
