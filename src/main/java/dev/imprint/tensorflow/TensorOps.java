package dev.imprint.tensorflow;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.ReduceMax;
import org.tensorflow.op.core.ReduceMin;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.op.core.StridedSlice;
import org.tensorflow.op.math.Mean;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Bare tensor arithmetic, which Keras 3 records as ops between the layers. */
final class TensorOps {
  static final String GET_ITEM = "ops.GetItem";

  /** A reduction over axes. */
  @FunctionalInterface
  interface Reduction {
    Operand<TFloat32> apply(
        Ops tf, Operand<TFloat32> x, Operand<TInt32> axes, boolean keepDimensions);
  }

  private TensorOps() {}

  /** What an op was called on beside tensors: a number, a list of them, or a NumPy array. */
  static Operand<TFloat32> constant(Ops tf, KerasLayer layer, JsonNode value) {
    JsonNode numbers =
        value.path("class_name").asText().equals("__numpy__")
            ? value.path("config").path("value")
            : value;
    List<Long> shape = new ArrayList<>();
    int count = 1;
    for (JsonNode inner = numbers; inner.isArray(); inner = inner.path(0)) {
      shape.add((long) inner.size());
      count = Math.multiplyExact(count, inner.size());
    }
    FloatBuffer flat = FloatBuffer.allocate(count);
    if (!flatten(numbers, flat) || flat.hasRemaining()) {
      throw new KerasImportException(
          "%s is called with %s, which is neither a number nor an array of them: replace it by one"
              .formatted(layer.label(), value));
    }
    long[] sizes = shape.stream().mapToLong(Long::longValue).toArray();
    return tf.constant(Shape.of(sizes), DataBuffers.of(flat.array()));
  }

  /** Whether there were numbers alone, and room for them. */
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

  private static Operand<TFloat32> reduce(
      LayerBuilder.Call call, List<Operand<TFloat32>> inputs, Reduction reduction) {
    Operand<TFloat32> x = call.only(inputs);
    int[] axes = call.options().list("axis").axes(LayerBuilder.rank(x));
    for (int axis : axes) {
      if (axis == 0) {
        throw call.options().list("axis").refusal("images are kept apart");
      }
    }
    boolean keep = call.options().flag("keepdims", false);
    return reduction.apply(call.tf(), x, call.tf().constant(axes), keep);
  }

  static Operand<TFloat32> clip(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Ops tf = call.tf();
    return tf.clipByValue(
        call.only(inputs),
        tf.constant(call.options().number("x_min")),
        tf.constant(call.options().number("x_max")));
  }

  /** {@code x[:, 1:, ..., 0]}; the first axis, the images, must be taken whole. */
  static Operand<TFloat32> getItem(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    JsonNode key = call.key();
    if (key == null || !isSlice(key.path(0)) || !whole(key.path(0))) {
      throw new KerasImportException(
          "%s takes the part %s of its input; begin with ':', the images are kept apart"
              .formatted(call.layer().label(), key));
    }
    int[] begin = new int[key.size()];
    int[] end = new int[key.size()];
    int[] step = new int[key.size()];
    long beginMask = 0;
    long endMask = 0;
    long shrinkMask = 0;
    for (int i = 0; i < key.size(); i++) {
      JsonNode part = key.get(i);
      step[i] = 1;
      if (part.isInt()) {
        begin[i] = part.intValue();
        end[i] = part.intValue() + 1;
        endMask |= part.intValue() == -1 ? 1L << i : 0;
        shrinkMask |= 1L << i;
      } else if (isSlice(part) && i < Long.SIZE) {
        JsonNode slice = part.path("config");
        begin[i] = slice.path("start").asInt();
        end[i] = slice.path("stop").asInt();
        step[i] = slice.path("step").asInt(1);
        beginMask |= slice.path("start").isInt() ? 0 : 1L << i;
        endMask |= slice.path("stop").isInt() ? 0 : 1L << i;
      } else {
        throw new KerasImportException(
            "%s takes the part %s of its input; numbers and slices are read"
                .formatted(call.layer().label(), key));
      }
    }
    Ops tf = call.tf();
    return tf.stridedSlice(
        call.only(inputs),
        tf.constant(begin),
        tf.constant(end),
        tf.constant(step),
        StridedSlice.beginMask(beginMask),
        StridedSlice.endMask(endMask),
        StridedSlice.shrinkAxisMask(shrinkMask));
  }

  private static boolean isSlice(JsonNode part) {
    return part.path("class_name").asText().equals("__slice__");
  }

  private static boolean whole(JsonNode slice) {
    return slice.path("config").valueStream().allMatch(JsonNode::isNull);
  }
}
