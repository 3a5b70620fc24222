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
    Operand<TFloat32> product = tf.linalg.matMul(rows, call.weight(0, channels, units));
    if (call.options().flag("use_bias")) {
      product = tf.nn.biasAdd(product, call.weight(1, units));
    }
    long[] shape = input.shape().asArray();
    shape[shape.length - 1] = units;
    return Activations.option(call, "activation", tf.reshape(product, tf.constant(shape)));
  }
}
