package dev.imprint.tensorflow.layer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.imprint.tensorflow.keras.KerasImportException;
import dev.imprint.tensorflow.keras.KerasLayer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Builds TensorFlow ops for one class of Keras layers. */
@FunctionalInterface
public interface LayerBuilder {
  /**
   * Adds the layer's ops to the graph.
   *
   * @param inputs the outputs of the layers before it, at least one; float32, all sizes known
   *     except the first (n), channels last
   */
  Operand<TFloat32> build(Call call, List<Operand<TFloat32>> inputs);

  /**
   * A builder's context.
   *
   * @param options each one must be read
   * @param key an op's argument that is neither tensor nor number, such as {@code [:, 1:]}
   * @param normBefore the preceding batch norm if it is to be folded into this layer; otherwise
   *     null
   * @param normAfter the following batch norm if it is to be folded into this layer; otherwise null
   */
  record Call(
      Ops tf,
      KerasLayer layer,
      LayerOptions options,
      LayerVariables variables,
      @Nullable JsonNode key,
      @Nullable Call normBefore,
      @Nullable Call normAfter) {

    /** A trainable variable if the network is built for training; otherwise the file's value. */
    Operand<TFloat32> weight(int index, int... shape) {
      return variables.shared(
          LayerVariables.WEIGHT + index,
          () -> variables.learning(tf, index, constant(variables.read(index, shape), shape)));
    }

    /**
     * A layer that is part of this one, with its weights stored below this one's.
     *
     * @param name that Keras gives it
     * @param group of its weights in {@code model.weights.h5}, below this layer's
     */
    Call part(String name, String group) {
      return inside(layer.part(name, group, JsonNodeFactory.instance.objectNode()));
    }

    /**
     * A layer that this one wraps, and whose weights count as its own.
     *
     * @param json its constructor arguments
     */
    Call inner(JsonNode json, String group) {
      KerasLayer part = layer.part(layer.name(), group, json);
      return inside(
          new KerasLayer(
              part.className(), layer.names(), part.weightsPath(), json, List.of(), null));
    }

    private Call inside(KerasLayer part) {
      return new Call(tf, part, new LayerOptions(part), variables.part(part), null, null, null);
    }

    /** A variable that is never trained, with the file's value. */
    Operand<TFloat32> statistic(int index, int... shape) {
      return variables.shared(
          "statistic " + index, () -> constant(variables.read(index, shape), shape));
    }

    Operand<TFloat32> constant(float[] values, int... shape) {
      return tf.constant(Shape.of(LayerBuilder.longs(shape)), DataBuffers.of(values));
    }

    /** The only input of a layer that takes one. */
    Operand<TFloat32> only(List<Operand<TFloat32>> inputs) {
      return only(inputs, LayerBuilder.rank(inputs.get(0)));
    }

    /** The only input of a layer that takes one, with this rank. */
    Operand<TFloat32> only(List<Operand<TFloat32>> inputs, int rank) {
      if (inputs.size() != 1 || LayerBuilder.rank(inputs.get(0)) != rank) {
        throw new KerasImportException(
            "%s takes one input of rank %d, not %s"
                .formatted(
                    layer.label(),
                    rank,
                    inputs.stream().map(input -> input.shape().toString()).toList()));
      }
      return inputs.get(0);
    }
  }

  static int rank(Operand<TFloat32> value) {
    return value.shape().numDimensions();
  }

  /** The size of the last axis. */
  static int channels(Operand<TFloat32> value) {
    return size(value, rank(value) - 1);
  }

  /**
   * @throws IllegalArgumentException for the first axis, whose size is the batch's
   */
  static int size(Operand<TFloat32> value, int axis) {
    long size = value.shape().get(axis);
    if (size < 1) {
      throw new IllegalArgumentException("axis %d has no fixed size".formatted(axis));
    }
    return Math.toIntExact(size);
  }

  static long[] longs(int... values) {
    long[] longs = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      longs[i] = values[i];
    }
    return longs;
  }
}
