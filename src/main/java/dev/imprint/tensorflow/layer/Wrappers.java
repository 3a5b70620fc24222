package dev.imprint.tensorflow.layer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.LongStream;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;

/** Keras' layers that consist of other layers. */
final class Wrappers {
  private Wrappers() {}

  /** A preprocessing pipeline in serving: mostly does nothing. */
  static Operand<TFloat32> pipeline(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Operand<TFloat32> x = call.only(inputs);
    int number = 0;
    for (JsonNode layer : call.options().get("layers")) {
      x = inner(call, layer, "layers_" + number++).apply(x);
    }
    return x;
  }

  /** The kernel in the file has already been divided by its norm. */
  static Operand<TFloat32> spectral(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    call.options().get("power_iterations");
    call.variables().ignoreAll();
    return inner(call, call.options().get("layer"), "layer").apply(call.only(inputs));
  }

  /** Applies a layer to each slice along the second axis, as if each were an image. */
  static Operand<TFloat32> timeDistributed(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Operand<TFloat32> x = call.only(inputs);
    long[] shape = x.shape().asArray();
    long[] each = LongStream.of(shape).skip(1).toArray();
    each[0] = -1;
    Operand<TFloat32> apart = call.tf().reshape(x, call.tf().constant(each));
    Operand<TFloat32> result = inner(call, call.options().get("layer"), "layer").apply(apart);
    long[] rest = LongStream.of(result.shape().asArray()).skip(1).toArray();
    long[] whole = LongStream.concat(LongStream.of(-1, shape[1]), LongStream.of(rest)).toArray();
    return call.tf().reshape(result, call.tf().constant(whole));
  }

  /** A layer with one input. */
  @FunctionalInterface
  interface Inner {
    Operand<TFloat32> apply(Operand<TFloat32> x);
  }

  private static Inner inner(LayerBuilder.Call call, JsonNode layer, String group) {
    LayerBuilder.Call inner = call.inner(layer, group);
    return x -> {
      Operand<TFloat32> result = LayerBuilders.of(inner.layer()).build(inner, List.of(x));
      inner.options().refuseUnread();
      return result;
    };
  }
}
