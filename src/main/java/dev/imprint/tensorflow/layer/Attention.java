package dev.imprint.tensorflow.layer;

import dev.imprint.tensorflow.keras.KerasImportException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.train.BatchMatMul;
import org.tensorflow.types.TFloat32;

/**
 * Keras' MultiHeadAttention and GroupQueryAttention: scaled dot products of queries and keys, as
 * weights of values (Vaswani et al., "Attention is all you need").
 */
final class Attention {
  /** Low enough for softmax to make it 0. */
  private static final float MASKED = -1e9f;

  /**
   * Sizes of one layer.
   *
   * @param heads of the queries
   * @param shared heads of keys and values, a divisor of {@code heads}
   * @param axes of the input to attend over
   */
  private record Heads(int heads, int shared, int keySize, int valueSize, int[] axes) {}

  private Attention() {}

  static Operand<TFloat32> multiHead(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    LayerOptions options = call.options();
    int heads = options.size("num_heads", 0);
    int keySize = options.size("key_dim", 0);
    int valueSize = options.isNull("value_dim") ? keySize : options.size("value_dim", 0);
    int rank = LayerBuilder.rank(inputs.get(0));
    int[] axes =
        options.isNull("attention_axes")
            ? IntStream.range(1, rank - 1).toArray()
            : options.list("attention_axes").axes(rank);
    for (String key : List.of("query_shape", "key_shape", "value_shape")) {
      options.get(key); // Keras 2 writes them
    }
    int[] output = {LayerBuilder.channels(inputs.get(0))};
    if (!options.isNull("output_shape")) {
      output = options.list("output_shape").integers();
    }
    return attend(call, inputs, new Heads(heads, heads, keySize, valueSize, axes), output);
  }

  static Operand<TFloat32> groupQuery(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    LayerOptions options = call.options();
    int heads = options.size("num_query_heads", 0);
    int shared = options.size("num_key_value_heads", 0);
    int size = options.size("head_dim", 0);
    if (heads % shared != 0) {
      throw options.refusal(
          "num_key_value_heads",
          options.get("num_key_value_heads"),
          "the number of heads must be a" + " multiple of it");
    }
    int[] output = {LayerBuilder.channels(inputs.get(0))};
    return attend(call, inputs, new Heads(heads, shared, size, size, new int[] {1}), output);
  }

  private static Operand<TFloat32> attend(
      LayerBuilder.Call call, List<Operand<TFloat32>> inputs, Heads heads, int[] outputShape) {
    LayerOptions options = call.options();
    for (String key : List.of("dropout", "seed", "flash_attention", "softmax_robust_masking")) {
      options.get(key); // for training, for speed, or masks that hide everything
    }
    options.require("use_gate", "false");
    options.require("return_attention_scores", "false");
    boolean causal = options.flag("use_causal_mask", false);
    int rank = LayerBuilder.rank(inputs.get(0));
    boolean sensible =
        heads.axes.length > 0 && Arrays.stream(heads.axes).allMatch(a -> a > 0 && a < rank - 1);
    if (inputs.size() < 2 || inputs.size() > 3 || rank < 3 || !sensible) {
      throw new KerasImportException(
          ("%s attends over the axes %s of %d inputs of rank %d; only axes between the first and"
                      + " the last of")
                  .formatted(call.layer().label(), Arrays.toString(heads.axes), inputs.size(), rank)
              + " a query, a value and optionally a key are supported");
    }
    Operand<TFloat32> key = inputs.get(inputs.size() - 1);
    Operand<TFloat32> queries = project(call, "query", inputs.get(0), heads.heads, heads.keySize);
    Operand<TFloat32> keys = project(call, "key", key, heads.shared, heads.keySize);
    Operand<TFloat32> values = project(call, "value", inputs.get(1), heads.shared, heads.valueSize);
    Ops tf = call.tf();
    int[] order = order(rank + 1, heads.axes);
    Operand<TFloat32> q = matrices(tf, queries, order, heads);
    Operand<TFloat32> k = matrices(tf, repeated(tf, keys, heads), order, heads);
    Operand<TFloat32> v = matrices(tf, repeated(tf, values, heads), order, heads);
    Operand<TFloat32> scale = tf.constant((float) (1 / Math.sqrt(heads.keySize)));
    Operand<TFloat32> scores =
        tf.train.batchMatMul(tf.math.mul(q, scale), k, TFloat32.class, BatchMatMul.adjY(true));
    if (causal) {
      scores =
          tf.math.add(
              scores, mask(call, LayerBuilder.size(scores, 1), LayerBuilder.size(scores, 2)));
    }
    Operand<TFloat32> shares = tf.train.batchMatMul(tf.nn.softmax(scores), v, TFloat32.class);
    return output(call, inOrder(tf, shares, queries, order, heads), heads, outputShape);
  }

  /** From n × … × channels to n × … × heads × size. */
  private static Operand<TFloat32> project(
      LayerBuilder.Call call, String name, Operand<TFloat32> x, int heads, int size) {
    LayerBuilder.Call part = call.part(name, name + "_dense");
    Ops tf = call.tf();
    int channels = LayerBuilder.channels(x);
    int columns = Math.multiplyExact(heads, size);
    Operand<TFloat32> kernel =
        tf.reshape(
            part.weight(0, channels, heads, size), tf.constant(new int[] {channels, columns}));
    Operand<TFloat32> rows = tf.reshape(x, tf.constant(new int[] {-1, channels}));
    long[] shape = Arrays.copyOf(x.shape().asArray(), LayerBuilder.rank(x) + 1);
    shape[shape.length - 2] = heads;
    shape[shape.length - 1] = size;
    Operand<TFloat32> product = tf.reshape(tf.linalg.matMul(rows, kernel), tf.constant(shape));
    return call.options().flag("use_bias", true)
        ? tf.math.add(product, part.weight(1, heads, size))
        : product;
  }

  /** Repeats each head of keys or values for all query heads that share it. */
  private static Operand<TFloat32> repeated(Ops tf, Operand<TFloat32> x, Heads heads) {
    return heads.shared == heads.heads
        ? x
        : ArrayOps.repeated(tf, x, LayerBuilder.rank(x) - 2, heads.heads / heads.shared);
  }

  /** Axes of n × … × heads × size, with those to attend over before the last. */
  private static int[] order(int rank, int[] axes) {
    List<Integer> order = new ArrayList<>();
    IntStream.range(0, rank - 2)
        .filter(axis -> Arrays.stream(axes).noneMatch(a -> a == axis))
        .forEach(order::add);
    order.add(rank - 2);
    Arrays.stream(axes).forEach(order::add);
    order.add(rank - 1);
    return order.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Matrices with a row for each position to attend over. */
  private static Operand<TFloat32> matrices(Ops tf, Operand<TFloat32> x, int[] order, Heads heads) {
    int rows =
        Arrays.stream(heads.axes)
            .map(axis -> LayerBuilder.size(x, axis))
            .reduce(1, Math::multiplyExact);
    int[] shape = {-1, rows, LayerBuilder.channels(x)};
    return tf.reshape(tf.linalg.transpose(x, tf.constant(order)), tf.constant(shape));
  }

  /** Back to n × … × heads × size. */
  private static Operand<TFloat32> inOrder(
      Ops tf, Operand<TFloat32> matrices, Operand<TFloat32> queries, int[] order, Heads heads) {
    long[] shape = new long[order.length];
    int[] back = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      shape[i] = i == order.length - 1 ? heads.valueSize : queries.shape().get(order[i]);
      back[order[i]] = i;
    }
    return tf.linalg.transpose(tf.reshape(matrices, tf.constant(shape)), tf.constant(back));
  }

  private static Operand<TFloat32> output(
      LayerBuilder.Call call, Operand<TFloat32> x, Heads heads, int[] outputShape) {
    LayerBuilder.Call part = call.part("attention_output", "output_dense");
    Ops tf = call.tf();
    int[] kernelShape =
        IntStream.concat(IntStream.of(heads.heads, heads.valueSize), Arrays.stream(outputShape))
            .toArray();
    int inputs = Math.multiplyExact(heads.heads, heads.valueSize);
    Operand<TFloat32> kernel =
        tf.reshape(part.weight(0, kernelShape), tf.constant(new int[] {inputs, -1}));
    Operand<TFloat32> rows = tf.reshape(x, tf.constant(new int[] {-1, inputs}));
    int places = LayerBuilder.rank(x) - 2;
    long[] shape = Arrays.copyOf(x.shape().asArray(), places + outputShape.length);
    for (int i = 0; i < outputShape.length; i++) {
      shape[places + i] = outputShape[i];
    }
    Operand<TFloat32> product = tf.reshape(tf.linalg.matMul(rows, kernel), tf.constant(shape));
    return call.options().flag("use_bias", true)
        ? tf.math.add(product, part.weight(1, outputShape))
        : product;
  }

  /** Hides later positions. */
  private static Operand<TFloat32> mask(LayerBuilder.Call call, int queries, int keys) {
    float[] mask = new float[Math.multiplyExact(queries, keys)];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = i % keys > i / keys ? MASKED : 0;
    }
    return call.constant(mask, 1, queries, keys);
  }
}
