package dev.imprint.tensorflow.layer;

import dev.imprint.tensorflow.keras.KerasImportException;
import dev.imprint.tensorflow.keras.KerasNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.MirrorPad;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** keras.ops that move, repeat and take numbers of an image. Images are kept separate. */
final class ArrayOps {
  private static final Set<String> WHOLE = Set.of("int", "uint", "bool");

  private ArrayOps() {}

  /** A conversion to an integer type truncates; everything else stays float32. */
  static Operand<TFloat32> cast(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    String type = call.options().type();
    boolean whole = WHOLE.stream().anyMatch(type::startsWith);
    return whole ? whole(call.tf(), call.only(inputs)) : call.only(inputs);
  }

  static Operand<TFloat32> whole(Ops tf, Operand<TFloat32> x) {
    return tf.dtypes.cast(tf.dtypes.cast(x, TInt32.class), TFloat32.class);
  }

  static Operand<TFloat32> pad(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Operand<TFloat32> x = call.only(inputs);
    LayerOptions options = call.options();
    int[] sides = options.list("pad_width").integers();
    if (sides.length != 2 * LayerBuilder.rank(x)
        || sides[0] != 0
        || sides[1] != 0
        || Arrays.stream(sides).anyMatch(side -> side < 0)) {
      throw options.list("pad_width").refusal("[[0, 0], [before, after], …] is expected");
    }
    int[][] paddings = new int[sides.length / 2][];
    Arrays.setAll(paddings, axis -> new int[] {sides[2 * axis], sides[2 * axis + 1]});
    Ops tf = call.tf();
    String mode = options.isNull("mode") ? "constant" : options.get("mode").asText();
    float value = options.isNull("constant_values") ? 0 : options.number("constant_values");
    return switch (mode) {
      case "constant" -> tf.pad(x, tf.constant(paddings), tf.constant(value));
      case "reflect", "symmetric" ->
          MirrorPad.create(tf.scope(), x, tf.constant(paddings), mode.toUpperCase(Locale.ROOT));
      default ->
          throw options.refusal(
              "mode", options.get("mode"), "only constant, reflect and symmetric are supported");
    };
  }

  /** All axes of size 1 if none is named. */
  static Operand<TFloat32> squeeze(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Operand<TFloat32> x = call.only(inputs);
    long[] shape = x.shape().asArray();
    int[] named =
        call.options().isNull("axis")
            ? IntStream.range(1, shape.length).filter(axis -> shape[axis] == 1).toArray()
            : call.options().list("axis").axes(shape.length);
    for (int axis : named) {
      if (axis == 0 || shape[axis] != 1) {
        throw call.options().list("axis").refusal("the input has the shape " + x.shape());
      }
    }
    long[] left =
        IntStream.range(0, shape.length)
            .filter(axis -> Arrays.stream(named).noneMatch(n -> n == axis))
            .mapToLong(axis -> shape[axis])
            .toArray();
    return call.tf().reshape(x, call.tf().constant(left));
  }

  static Operand<TFloat32> expandDims(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Operand<TFloat32> x = call.only(inputs);
    return expanded(call.tf(), x, behindImages(call, LayerBuilder.rank(x) + 1));
  }

  private static Operand<TFloat32> expanded(Ops tf, Operand<TFloat32> x, int axis) {
    return tf.expandDims(x, tf.constant(axis));
  }

  /** The option {@code axis}, which must not be the batch axis. */
  private static int behindImages(LayerBuilder.Call call, int rank) {
    int axis = call.options().list("axis").axis(rank);
    if (axis == 0) {
      throw call.options().list("axis").refusal("operations across images are not supported");
    }
    return axis;
  }

  static Operand<TFloat32> flip(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Operand<TFloat32> x = call.only(inputs);
    int[] axes = call.options().list("axis").axes(LayerBuilder.rank(x));
    if (Arrays.stream(axes).anyMatch(axis -> axis == 0)) {
      throw call.options().list("axis").refusal("operations across images are not supported");
    }
    return call.tf().reverse(x, call.tf().constant(axes));
  }

  static Operand<TFloat32> swapAxes(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    int rank = LayerBuilder.rank(inputs.get(0));
    int a = call.options().list("axis1").axis(rank);
    int b = call.options().list("axis2").axis(rank);
    int[] order = IntStream.range(0, rank).map(i -> i == a ? b : i == b ? a : i).toArray();
    return Shapes.transposed(call, "axis1", inputs, order);
  }

  static Operand<TFloat32> moveAxis(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    int rank = LayerBuilder.rank(inputs.get(0));
    int from = call.options().list("source").axis(rank);
    int to = call.options().list("destination").axis(rank);
    List<Integer> order =
        new ArrayList<>(IntStream.range(0, rank).filter(i -> i != from).boxed().toList());
    order.add(to, from);
    int[] axes = order.stream().mapToInt(Integer::intValue).toArray();
    return Shapes.transposed(call, "source", inputs, axes);
  }

  static Operand<TFloat32> stack(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    int axis = behindImages(call, LayerBuilder.rank(inputs.get(0)) + 1);
    Ops tf = call.tf();
    List<Operand<TFloat32>> apart = inputs.stream().map(x -> expanded(tf, x, axis)).toList();
    return apart.size() == 1 ? apart.get(0) : tf.concat(apart, tf.constant(axis));
  }

  /** One of several parts. */
  static Operand<TFloat32> split(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Operand<TFloat32> x = call.only(inputs);
    LayerOptions options = call.options();
    int axis = behindImages(call, LayerBuilder.rank(x));
    int size = LayerBuilder.size(x, axis);
    String key = options.isNull("sizes") ? "indices_or_sections" : "sizes";
    int[] numbers = options.list(key).integers();
    int[] ends = numbers;
    if (!options.get(key).isArray()) {
      int parts = options.size(key, 0);
      if (size % parts != 0) {
        throw options.refusal(key, options.get(key), size + " is not a multiple of it");
      }
      ends = IntStream.rangeClosed(1, parts).map(part -> part * (size / parts)).toArray();
    } else if (key.equals("sizes")) {
      Arrays.parallelPrefix(ends, Math::addExact);
    } else {
      ends = IntStream.concat(Arrays.stream(numbers), IntStream.of(size)).toArray();
    }
    int part = part(call, ends.length);
    int begin = part == 0 ? 0 : ends[part - 1];
    return slice(call, x, axis, begin, ends[part] - begin);
  }

  static Operand<TFloat32> unstack(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Operand<TFloat32> x = call.only(inputs);
    call.options().get("num");
    int axis = behindImages(call, LayerBuilder.rank(x));
    int part = part(call, LayerBuilder.size(x, axis));
    Operand<TFloat32> slice = slice(call, x, axis, part, 1);
    long[] shape = x.shape().asArray();
    long[] left =
        IntStream.range(0, shape.length).filter(i -> i != axis).mapToLong(i -> shape[i]).toArray();
    return call.tf().reshape(slice, call.tf().constant(left));
  }

  private static int part(LayerBuilder.Call call, int parts) {
    int part =
        call.options().isNull(KerasNode.OUTPUT) ? 0 : call.options().integer(KerasNode.OUTPUT);
    if (part >= parts) {
      throw call.options()
          .refusal(KerasNode.OUTPUT, call.options().get(KerasNode.OUTPUT), "there are " + parts);
    }
    return part;
  }

  private static Operand<TFloat32> slice(
      LayerBuilder.Call call, Operand<TFloat32> x, int axis, int begin, int size) {
    if (begin < 0 || size < 1 || begin + size > LayerBuilder.size(x, axis)) {
      throw call.options().list("axis").refusal("a part is empty or out of range");
    }
    int[] from = new int[LayerBuilder.rank(x)];
    int[] count = new int[LayerBuilder.rank(x)];
    Arrays.fill(count, -1);
    from[axis] = begin;
    count[axis] = size;
    return call.tf().slice(x, call.tf().constant(from), call.tf().constant(count));
  }

  static Operand<TFloat32> repeat(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Operand<TFloat32> x = call.only(inputs);
    int axis = behindImages(call, LayerBuilder.rank(x));
    return repeated(call.tf(), x, axis, call.options().size("repeats", 0));
  }

  /** Repeats each number along the axis several times in a row. */
  static Operand<TFloat32> repeated(Ops tf, Operand<TFloat32> x, int axis, int times) {
    long[] shape = x.shape().asArray();
    int[] tiles = new int[shape.length + 1];
    Arrays.fill(tiles, 1);
    tiles[axis + 1] = times;
    shape[axis] = Math.multiplyExact(shape[axis], times);
    Operand<TFloat32> apart = tf.expandDims(x, tf.constant(axis + 1));
    return tf.reshape(tf.tile(apart, tf.constant(tiles)), tf.constant(shape));
  }

  static Operand<TFloat32> tile(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    int[] repeats = call.options().list("repeats").integers();
    Operand<TFloat32> x = call.only(inputs, repeats.length);
    if (repeats[0] != 1 || Arrays.stream(repeats).anyMatch(times -> times < 1)) {
      throw call.options().list("repeats").refusal("1 is expected first, then 1 or more each");
    }
    return call.tf().tile(x, call.tf().constant(repeats));
  }

  /** The values at these indices of an axis; the indices are numbers in the file. */
  static Operand<TFloat32> take(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Operand<TFloat32> x = inputs.get(0);
    int axis = behindImages(call, LayerBuilder.rank(x));
    Ops tf = call.tf();
    int size = LayerBuilder.size(x, axis);
    if (inputs.size() != 2 || !(inputs.get(1).op().type().equals("Const"))) {
      throw new KerasImportException(
          call.layer().label() + " takes computed positions; only constant ones are supported");
    }
    Operand<TInt32> places = tf.dtypes.cast(inputs.get(1), TInt32.class);
    return tf.gather(x, tf.math.floorMod(places, tf.constant(size)), tf.constant(axis));
  }

  /** Looks up rows of a table by their index. */
  static Operand<TFloat32> embedding(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    LayerOptions options = call.options();
    options.require("mask_zero", "false");
    options.get("input_length"); // Keras 2 writes it
    int rows = options.size("input_dim", 0);
    Operand<TFloat32> table = call.weight(0, rows, options.size("output_dim", 0));
    Ops tf = call.tf();
    Operand<TInt32> places = tf.dtypes.cast(call.only(inputs), TInt32.class);
    return tf.gather(
        table, tf.clipByValue(places, tf.constant(0), tf.constant(rows - 1)), tf.constant(0));
  }

  static Operand<TFloat32> depthToSpace(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    call.options().require("data_format", LayerBuilders.CHANNELS_LAST);
    return call.tf()
        .nn
        .depthToSpace(call.only(inputs, 4), (long) call.options().size("block_size", 0));
  }

  static Operand<TFloat32> spaceToDepth(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    call.options().require("data_format", LayerBuilders.CHANNELS_LAST);
    return call.tf()
        .nn
        .spaceToDepth(call.only(inputs, 4), (long) call.options().size("block_size", 0));
  }
}
