package dev.imprint.tensorflow.layer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Keras' Dense and EinsumDense. */
final class Dense {
  /** {@code abc,cd->abd}: input, kernel and output. */
  private static final Pattern EQUATION = Pattern.compile("([a-zA-Z]+),([a-zA-Z]+)->([a-zA-Z]+)");

  private Dense() {}

  /** Keras' EinsumDense. */
  static Operand<TFloat32> einsum(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Operand<TFloat32> input = call.only(inputs);
    LayerOptions options = call.options();
    JsonNode equation = options.get("equation");
    Matcher specs = EQUATION.matcher(equation.asText());
    JsonNode outputs = options.get("output_shape");
    if (!specs.matches() || specs.group(1).length() != LayerBuilder.rank(input)) {
      throw options.refusal("equation", equation, "it does not fit " + input.shape());
    }
    String result = specs.group(3);
    Map<Character, Integer> sizes = new HashMap<>();
    for (int i = 1; i < result.length(); i++) {
      sizes.put(result.charAt(i), (outputs.isArray() ? outputs.path(i - 1) : outputs).asInt());
    }
    for (int i = 1; i < specs.group(1).length(); i++) {
      sizes.put(specs.group(1).charAt(i), LayerBuilder.size(input, i));
    }
    int[] shape = sizes(specs.group(2), sizes, specs.group(2));
    Operand<TFloat32> product =
        call.tf().linalg.einsum(List.of(input, call.weight(0, shape)), equation.asText());
    String biased = options.isNull("bias_axes") ? "" : options.get("bias_axes").asText();
    if (!biased.isEmpty()) {
      int first = biased.chars().map(result::indexOf).min().orElse(0);
      int[] bias = sizes(result.substring(Math.max(first, 0)), sizes, biased);
      product = call.tf().math.add(product, call.weight(1, bias));
    }
    return Activations.option(call, "activation", product);
  }

  /** The size of each letter, 1 if it is not among these. */
  private static int[] sizes(String letters, Map<Character, Integer> sizes, String among) {
    return letters
        .chars()
        .map(c -> among.indexOf(c) < 0 ? 1 : sizes.getOrDefault((char) c, 0))
        .toArray();
  }

  /** On features, or at each position of feature maps. */
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
