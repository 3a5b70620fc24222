package dev.imprint.tensorflow.layer;

import dev.imprint.tensorflow.keras.KerasImportException;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Layers and bare arithmetic that combine several inputs into one. */
final class Merges {
  /** One operator. */
  @FunctionalInterface
  interface Merge {
    Operand<TFloat32> apply(Ops tf, Operand<TFloat32> a, Operand<TFloat32> b);
  }

  private Merges() {}

  /** From left to right. */
  static LayerBuilder of(Merge formula) {
    return (call, inputs) -> {
      if (inputs.size() < 2) {
        throw new KerasImportException(call.layer().label() + " takes two inputs or more, not one");
      }
      return inputs.stream().reduce((a, b) -> formula.apply(call.tf(), a, b)).orElseThrow();
    };
  }

  static Operand<TFloat32> average(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Operand<TFloat32> sum = of((tf, a, b) -> tf.math.add(a, b)).build(call, inputs);
    return call.tf().math.div(sum, call.tf().constant((float) inputs.size()));
  }

  static Operand<TFloat32> concatenate(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    int axis = call.options().list("axis").axis(LayerBuilder.rank(inputs.get(0)));
    if (axis == 0) {
      throw call.options().list("axis").refusal("operations across images are not supported");
    }
    return inputs.size() == 1 ? inputs.get(0) : call.tf().concat(inputs, call.tf().constant(axis));
  }
}
