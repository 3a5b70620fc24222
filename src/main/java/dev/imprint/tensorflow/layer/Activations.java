package dev.imprint.tensorflow.layer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imprint.tensorflow.keras.KerasClass;
import dev.imprint.tensorflow.keras.KerasLayer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.nn.LeakyRelu;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Keras' activations: by name, as layers, and as options of layers. */
public final class Activations {
  /** One formula. */
  @FunctionalInterface
  interface Activation {
    Operand<TFloat32> apply(Ops tf, Operand<TFloat32> x);
  }

  /** Keras 2's hard_sigmoid, which is a different formula in Keras 3. */
  public static final String KERAS_2_HARD_SIGMOID = "hard_sigmoid of Keras 2";

  private static final Map<String, Activation> BY_NAME =
      Map.ofEntries(
          Map.entry("linear", (tf, x) -> x),
          Map.entry("relu", (tf, x) -> tf.nn.relu(x)),
          Map.entry("relu6", (tf, x) -> tf.nn.relu6(x)),
          Map.entry("leaky_relu", (tf, x) -> leaky(tf, x, 0.2f)),
          Map.entry("elu", (tf, x) -> tf.nn.elu(x)),
          Map.entry("celu", (tf, x) -> tf.nn.elu(x)),
          Map.entry("selu", (tf, x) -> tf.nn.selu(x)),
          Map.entry("gelu", (tf, x) -> gelu(tf, x, false)),
          Map.entry("silu", Activations::silu),
          Map.entry("swish", Activations::silu),
          Map.entry("mish", (tf, x) -> tf.math.mul(x, tf.math.tanh(tf.math.softplus(x)))),
          Map.entry("hard_sigmoid", Activations::hardSigmoid),
          Map.entry(KERAS_2_HARD_SIGMOID, Activations::hardSigmoidOfKeras2),
          Map.entry("hard_silu", Activations::hardSilu),
          Map.entry("hard_swish", Activations::hardSilu),
          Map.entry("hard_tanh", (tf, x) -> tf.clipByValue(x, tf.constant(-1f), tf.constant(1f))),
          Map.entry("sigmoid", (tf, x) -> tf.math.sigmoid(x)),
          Map.entry("log_sigmoid", (tf, x) -> tf.math.neg(tf.math.softplus(tf.math.neg(x)))),
          Map.entry("tanh", (tf, x) -> tf.math.tanh(x)),
          Map.entry("tanh_shrink", (tf, x) -> tf.math.sub(x, tf.math.tanh(x))),
          Map.entry("softmax", (tf, x) -> tf.nn.softmax(x)),
          Map.entry("log_softmax", Activations::logSoftmax),
          Map.entry("softplus", (tf, x) -> tf.math.softplus(x)),
          Map.entry("softsign", (tf, x) -> tf.nn.softsign(x)),
          Map.entry("exponential", (tf, x) -> tf.math.exp(x)));

  /** Layers without weights that Keras accepts as another layer's activation. */
  private static final Set<String> LAYERS = Set.of("ReLU", "LeakyReLU", "ELU", "Softmax");

  private Activations() {}

  /** The builder of an op or a layer without options. */
  static LayerBuilder by(String name) {
    return by(formula(name));
  }

  static LayerBuilder by(Activation formula) {
    return (call, inputs) -> formula.apply(call.tf(), call.only(inputs));
  }

  private static Activation formula(String name) {
    Activation formula = BY_NAME.get(name);
    if (formula == null) {
      throw new IllegalArgumentException(name);
    }
    return formula;
  }

  static Operand<TFloat32> activation(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    return option(call, "activation", call.only(inputs));
  }

  /** Applies the activation that a layer's option names; none if it is absent or null. */
  static Operand<TFloat32> option(LayerBuilder.Call call, String key, Operand<TFloat32> x) {
    LayerOptions options = call.options();
    JsonNode value = options.get(key);
    if (options.isNull(key)) {
      return x;
    }
    String className = value.path("class_name").asText();
    if (value.isObject() && LAYERS.contains(className) && KerasClass.isKeras(value)) {
      KerasLayer layer = call.layer();
      KerasLayer inner =
          new KerasLayer(className, layer.names(), List.of(), value, List.of(), null);
      LayerOptions own = new LayerOptions(inner);
      Operand<TFloat32> result =
          LayerBuilders.of(inner)
              .build(
                  new LayerBuilder.Call(call.tf(), inner, own, call.variables(), null, null, null),
                  List.of(x));
      own.refuseUnread();
      return result;
    }
    if (value.isObject()) {
      throw options.refusal(
          key,
          value,
          "that is custom code, which is never run; use one of "
              + BY_NAME.keySet().stream().sorted().toList());
    }
    return options.oneOf(key, BY_NAME).apply(call.tf(), x);
  }

  static Operand<TFloat32> leakyRelu(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    LayerOptions options = call.options();
    // Keras 2 called it alpha.
    float absent = options.isNull("alpha") ? 0.3f : options.number("alpha");
    return leaky(call.tf(), call.only(inputs), options.number("negative_slope", absent));
  }

  private static Operand<TFloat32> leaky(Ops tf, Operand<TFloat32> x, float slope) {
    return tf.nn.leakyRelu(x, LeakyRelu.alpha(slope));
  }

  static Operand<TFloat32> elu(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Ops tf = call.tf();
    Operand<TFloat32> x = call.only(inputs);
    Operand<TFloat32> alpha = tf.constant(call.options().number("alpha", 1));
    Operand<TFloat32> below = tf.nn.elu(tf.math.minimum(x, tf.constant(0f)));
    return tf.math.add(tf.nn.relu(x), tf.math.mul(alpha, below));
  }

  /** A Keras 2 layer. */
  static Operand<TFloat32> thresholdedRelu(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Ops tf = call.tf();
    Operand<TFloat32> x = call.only(inputs);
    Operand<TFloat32> theta = tf.constant(call.options().number("theta"));
    return tf.math.mul(x, tf.dtypes.cast(tf.math.greater(x, theta), TFloat32.class));
  }

  static Operand<TFloat32> celu(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Ops tf = call.tf();
    Operand<TFloat32> x = call.only(inputs);
    Operand<TFloat32> alpha = tf.constant(call.options().number("alpha", 1));
    Operand<TFloat32> below = tf.nn.elu(tf.math.minimum(tf.math.div(x, alpha), tf.constant(0f)));
    return tf.math.add(tf.nn.relu(x), tf.math.mul(alpha, below));
  }

  /** One half of the numbers, gated by the other. */
  static Operand<TFloat32> glu(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Ops tf = call.tf();
    Operand<TFloat32> x = call.only(inputs);
    int axis = call.options().list("axis").axis(LayerBuilder.rank(x));
    List<? extends Operand<TFloat32>> halves = tf.split(tf.constant(axis), x, 2L).output();
    return tf.math.mul(halves.get(0), tf.math.sigmoid(halves.get(1)));
  }

  /**
   * relu(x) - alpha × relu(-x), with an alpha for each number of the input except along shared
   * axes.
   */
  static Operand<TFloat32> prelu(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Ops tf = call.tf();
    Operand<TFloat32> x = call.only(inputs);
    int[] shape = new int[LayerBuilder.rank(x) - 1];
    for (int axis = 1; axis <= shape.length; axis++) {
      shape[axis - 1] = LayerBuilder.size(x, axis);
    }
    if (!call.options().isNull("shared_axes")) {
      for (int axis : call.options().list("shared_axes").axes(shape.length + 1)) {
        shape[axis - 1] = 1;
      }
    }
    Operand<TFloat32> below = tf.nn.relu(tf.math.neg(x));
    return tf.math.sub(tf.nn.relu(x), tf.math.mul(call.weight(0, shape), below));
  }

  static Operand<TFloat32> softmax(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    return overAxis(call, inputs, x -> call.tf().nn.softmax(x));
  }

  static Operand<TFloat32> logSoftmax(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    return overAxis(call, inputs, x -> logSoftmax(call.tf(), x));
  }

  /** As rows: TensorFlow's own gradient is right only for these. */
  private static Operand<TFloat32> logSoftmax(Ops tf, Operand<TFloat32> x) {
    Operand<TFloat32> rows = tf.reshape(x, tf.constant(new int[] {-1, LayerBuilder.channels(x)}));
    return tf.reshape(tf.nn.logSoftmax(rows), tf.constant(x.shape().asArray()));
  }

  /** TensorFlow has these only over the last axis. */
  private static Operand<TFloat32> overAxis(
      LayerBuilder.Call call,
      List<Operand<TFloat32>> inputs,
      UnaryOperator<Operand<TFloat32>> formula) {
    Operand<TFloat32> x = call.only(inputs);
    int rank = LayerBuilder.rank(x);
    int axis = call.options().isNull("axis") ? rank - 1 : call.options().list("axis").axis(rank);
    if (axis == rank - 1) {
      return formula.apply(x);
    }
    int[] swap = new int[rank];
    Arrays.setAll(swap, i -> i == axis ? rank - 1 : i == rank - 1 ? axis : i);
    Operand<TInt32> order = call.tf().constant(swap);
    return call.tf().linalg.transpose(formula.apply(call.tf().linalg.transpose(x, order)), order);
  }

  static Operand<TFloat32> gelu(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    return gelu(call.tf(), call.only(inputs), call.options().flag("approximate", true));
  }

  private static Operand<TFloat32> gelu(Ops tf, Operand<TFloat32> x, boolean approximate) {
    Operand<TFloat32> inner;
    if (approximate) {
      Operand<TFloat32> cube =
          tf.math.mul(tf.constant(0.044715f), tf.math.mul(x, tf.math.square(x)));
      Operand<TFloat32> factor = tf.constant((float) Math.sqrt(2 / Math.PI));
      inner = tf.math.tanh(tf.math.mul(factor, tf.math.add(x, cube)));
    } else {
      inner = tf.math.erf(tf.math.mul(x, tf.constant((float) Math.sqrt(0.5))));
    }
    Operand<TFloat32> half = tf.math.mul(tf.constant(0.5f), x);
    return tf.math.mul(half, tf.math.add(tf.constant(1f), inner));
  }

  private static Operand<TFloat32> silu(Ops tf, Operand<TFloat32> x) {
    return tf.math.mul(x, tf.math.sigmoid(x));
  }

  private static Operand<TFloat32> hardSigmoid(Ops tf, Operand<TFloat32> x) {
    return tf.math.mul(tf.nn.relu6(tf.math.add(x, tf.constant(3f))), tf.constant(1 / 6f));
  }

  private static Operand<TFloat32> hardSigmoidOfKeras2(Ops tf, Operand<TFloat32> x) {
    Operand<TFloat32> line = tf.math.add(tf.math.mul(x, tf.constant(0.2f)), tf.constant(0.5f));
    return tf.clipByValue(line, tf.constant(0f), tf.constant(1f));
  }

  private static Operand<TFloat32> hardSilu(Ops tf, Operand<TFloat32> x) {
    return tf.math.mul(x, hardSigmoid(tf, x));
  }
}
