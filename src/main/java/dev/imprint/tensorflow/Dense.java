package dev.imprint.tensorflow;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Keras' Dense. */
final class Dense {
  private Dense() {}

  /** On features, or at each place of feature maps. */
  static Operand<TFloat32> build(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Operand<TFloat32> input = call.only(inputs);
    Ops tf = call.tf();
    int channels = LayerBuilder.channels(input);
    int units = call.options().size("units", 0);
    Operand<TFloat32> rows = tf.reshape(input, tf.constant(new long[] {-1, channels}));
    FoldedWeights weights =
        FoldedWeights.of(
            call, 0, new int[] {channels, units}, new FoldedWeights.Channels(channels, units, 1));
    Operand<TFloat32> product = weights.biased(call, tf.linalg.matMul(rows, weights.kernel()));
    long[] shape = input.shape().asArray();
    shape[shape.length - 1] = units;
    return Activations.option(call, "activation", tf.reshape(product, tf.constant(shape)));
  }
}
