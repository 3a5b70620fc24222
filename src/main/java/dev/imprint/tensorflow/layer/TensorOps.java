package dev.imprint.tensorflow.layer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imprint.tensorflow.keras.KerasImportException;
import dev.imprint.tensorflow.keras.KerasLayer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.ReduceMax;
import org.tensorflow.op.core.ReduceMin;
import org.tensorflow.op.core.ReduceProd;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.op.math.Mean;
import org.tensorflow.op.train.BatchMatMul;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Bare tensor arithmetic, which Keras 3 records as ops between the layers. */
final class TensorOps {
  /** A reduction over axes. */
  @FunctionalInterface
  interface Reduction {
    Operand<TFloat32> apply(
        Ops tf, Operand<TFloat32> x, Operand<TInt32> axes, boolean keepDimensions);
  }

  private TensorOps() {}

  /** The content of a NumPy array or a tensor; anything else is returned as is. */
  static JsonNode unwrapped(JsonNode value) {
    String className = value.path("class_name").asText();
    return className.equals("__numpy__") || className.equals("__tensor__")
        ? value.path("config").path("value")
        : value;
  }

  /** An op's argument other than tensors: a number, a list of them, or a NumPy array. */
  static Operand<TFloat32> constant(Ops tf, KerasLayer layer, JsonNode value) {
    JsonNode numbers = unwrapped(value);
    List<Long> shape = new ArrayList<>();
    int count = 1;
    for (JsonNode inner = numbers; inner.isArray(); inner = inner.path(0)) {
      shape.add((long) inner.size());
      count = Math.multiplyExact(count, inner.size());
    }
    FloatBuffer flat = FloatBuffer.allocate(count);
    if (!flatten(numbers, flat) || flat.hasRemaining()) {
      throw new KerasImportException(
          ("%s is called with %s, which is neither a number nor an array of numbers: replace it"
                  + " with one")
              .formatted(layer.label(), value));
    }
    long[] sizes = shape.stream().mapToLong(Long::longValue).toArray();
    return tf.constant(Shape.of(sizes), DataBuffers.of(flat.array()));
  }

  /** Whether there were only numbers, and room for them. */
  private static boolean flatten(JsonNode value, FloatBuffer flat) {
    if (value.isArray()) {
      for (JsonNode element : value) {
        if (!flatten(element, flat)) {
          return false;
        }
      }
      return true;
    }
    if (!value.isNumber() || !flat.hasRemaining()) {
      return false;
    }
    flat.put(value.floatValue());
    return true;
  }

  static Operand<TFloat32> max(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    return reduce(
        call, inputs, (tf, x, axes, keep) -> tf.reduceMax(x, axes, ReduceMax.keepDims(keep)));
  }

  static Operand<TFloat32> mean(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    return reduce(call, inputs, (tf, x, axes, keep) -> tf.math.mean(x, axes, Mean.keepDims(keep)));
  }

  static Operand<TFloat32> min(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    return reduce(
        call, inputs, (tf, x, axes, keep) -> tf.reduceMin(x, axes, ReduceMin.keepDims(keep)));
  }

  static Operand<TFloat32> sum(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    return reduce(
        call, inputs, (tf, x, axes, keep) -> tf.reduceSum(x, axes, ReduceSum.keepDims(keep)));
  }

  static Operand<TFloat32> prod(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    return reduce(
        call, inputs, (tf, x, axes, keep) -> tf.reduceProd(x, axes, ReduceProd.keepDims(keep)));
  }

  static Operand<TFloat32> variance(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    return reduce(call, inputs, TensorOps::variance);
  }

  static Operand<TFloat32> deviation(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    return reduce(call, inputs, (tf, x, axes, keep) -> tf.math.sqrt(variance(tf, x, axes, keep)));
  }

  private static Operand<TFloat32> variance(
      Ops tf, Operand<TFloat32> x, Operand<TInt32> axes, boolean keep) {
    Operand<TFloat32> centred = tf.math.sub(x, tf.math.mean(x, axes, Mean.keepDims(true)));
    return tf.math.mean(tf.math.square(centred), axes, Mean.keepDims(keep));
  }

  static Operand<TFloat32> logSumExp(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    return reduce(
        call,
        inputs,
        (tf, x, axes, keep) -> {
          Operand<TFloat32> most = tf.reduceMax(x, axes, ReduceMax.keepDims(true));
          Operand<TFloat32> sum =
              tf.reduceSum(tf.math.exp(tf.math.sub(x, most)), axes, ReduceSum.keepDims(keep));
          Operand<TFloat32> shift = keep ? most : tf.reduceMax(x, axes, ReduceMax.keepDims(false));
          return tf.math.add(tf.math.log(sum), shift);
        });
  }

  static Operand<TFloat32> cumulativeSum(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Operand<TFloat32> x = call.only(inputs);
    int axis = call.options().list("axis").axis(LayerBuilder.rank(x));
    if (axis == 0) {
      throw call.options().list("axis").refusal("operations across images are not supported");
    }
    return call.tf().math.cumsum(x, call.tf().constant(axis));
  }

  static Operand<TFloat32> matmul(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    if (inputs.size() != 2) {
      throw new KerasImportException(call.layer().label() + " takes two inputs");
    }
    boolean adjointA = call.options().flag("transpose_a", false);
    boolean adjointB = call.options().flag("transpose_b", false);
    return call.tf()
        .train
        .batchMatMul(
            inputs.get(0),
            inputs.get(1),
            TFloat32.class,
            BatchMatMul.adjX(adjointA),
            BatchMatMul.adjY(adjointB));
  }

  /** keras.ops.einsum; TensorFlow checks the equation. */
  static Operand<TFloat32> einsum(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    String equation = call.options().get("subscripts").asText();
    return call.tf().linalg.einsum(inputs, equation);
  }

  static Operand<TFloat32> round(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    call.options().require("decimals", "0");
    return call.tf().math.rint(call.only(inputs));
  }

  static Operand<TFloat32> where(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    if (inputs.size() != 3) {
      throw new KerasImportException(
          call.layer().label()
              + " takes a condition, a value where it is true and a value where"
              + " it is false");
    }
    Ops tf = call.tf();
    return tf.select(
        tf.math.notEqual(inputs.get(0), tf.constant(0f)), inputs.get(1), inputs.get(2));
  }

  private static Operand<TFloat32> reduce(
      LayerBuilder.Call call, List<Operand<TFloat32>> inputs, Reduction reduction) {
    Operand<TFloat32> x = call.only(inputs);
    int[] axes = call.options().list("axis").axes(LayerBuilder.rank(x));
    for (int axis : axes) {
      if (axis == 0) {
        throw call.options().list("axis").refusal("operations across images are not supported");
      }
    }
    boolean keep = !call.options().isNull("keepdims") && call.options().flag("keepdims");
    return reduction.apply(call.tf(), x, call.tf().constant(axes), keep);
  }

  static Operand<TFloat32> clip(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Ops tf = call.tf();
    return tf.clipByValue(
        call.only(inputs),
        tf.constant(call.options().number("x_min")),
        tf.constant(call.options().number("x_max")));
  }
}
