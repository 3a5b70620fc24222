package dev.imprint.tensorflow;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Builds TensorFlow ops for one class of Keras layers. */
@FunctionalInterface
interface LayerBuilder {
  /**
   * Adds the layer's ops to the graph.
   *
   * @param inputs what the layers before it gave, at least one; float32, n × height × width ×
   *     channels or n × channels
   */
  Operand<TFloat32> build(Call call, List<Operand<TFloat32>> inputs);

  /**
   * What a builder has at hand.
   *
   * @param options each one must be asked for
   * @param folded the batch norm that follows and is to be part of this layer; null if none is
   */
  record Call(
      Ops tf,
      KerasLayer layer,
      LayerOptions options,
      KerasWeights weights,
      @Nullable KerasLayer folded) {

    float[] weight(int index, int... shape) {
      return weights.read(layer, index, shape);
    }

    Operand<TFloat32> constant(float[] values, int... shape) {
      long[] sizes = new long[shape.length];
      for (int i = 0; i < shape.length; i++) {
        sizes[i] = shape[i];
      }
      return tf.constant(Shape.of(sizes), DataBuffers.of(values));
    }

    /** The one input of a layer that takes one, of this rank. */
    Operand<TFloat32> only(List<Operand<TFloat32>> inputs, int rank) {
      if (inputs.size() != 1 || inputs.get(0).shape().numDimensions() != rank) {
        throw new KerasImportException(
            "layer '%s' (%s) takes one input of rank %d, not %s"
                .formatted(
                    layer.name(),
                    layer.className(),
                    rank,
                    inputs.stream().map(input -> input.shape().toString()).toList()));
      }
      return inputs.get(0);
    }
  }

  /** The size of the last axis. */
  static int channels(Operand<TFloat32> value) {
    return Math.toIntExact(value.shape().get(value.shape().numDimensions() - 1));
  }
}
