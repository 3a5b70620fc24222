package dev.imprint.tensorflow.layer;

import dev.imprint.tensorflow.keras.KerasNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.random.RandomStandardNormal;
import org.tensorflow.op.random.RandomUniform;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Dropout and similar layers as they are in training; the formulas are those of Keras' own call()
 * methods. Their random numbers depend on the seeds and on how often the session has drawn before:
 * two sessions with the same runs draw the same numbers. A layer's seed in the file is not used.
 */
final class StochasticLayers {
  /** SELU's alpha × scale, the negated value that AlphaDropout puts in place of dropped numbers. */
  private static final double SELU_ALPHA_SCALE = 1.6732632423543772 * 1.0507009873554805;

  private final Map<String, LayerBuilder> table =
      Map.of(
          "AlphaDropout", this::alphaDropout,
          "Dropout", this::dropout,
          "GaussianDropout", this::gaussianDropout,
          "GaussianNoise", this::gaussianNoise,
          "SpatialDropout2D", this::spatialDropout2d,
          "StochasticDepth", this::stochasticDepth); // in ConvNeXt

  private final long graphSeed;
  private final long nodeSeed;

  private StochasticLayers(long graphSeed, long nodeSeed) {
    this.graphSeed = graphSeed;
    this.nodeSeed = nodeSeed;
  }

  /**
   * The builder of a layer in training, if it is random.
   *
   * @param seed of the graph; each node derives its own random numbers from it
   */
  static Optional<LayerBuilder> of(KerasNode node, long seed) {
    // If both seeds were 0, they would be chosen at random at each start, so the second never is.
    long nodeSeed = 1 + Integer.toUnsignedLong(node.id().hashCode());
    return Optional.ofNullable(
        new StochasticLayers(seed, nodeSeed).table.get(node.layer().className()));
  }

  private Operand<TFloat32> dropout(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Operand<TFloat32> x = only(call, inputs);
    return drop(call.tf(), x, rate(call, "rate"), noiseShape(call, x));
  }

  /** Drops whole feature maps. */
  private Operand<TFloat32> spatialDropout2d(
      LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    call.options().require("data_format", LayerBuilders.CHANNELS_LAST);
    Operand<TFloat32> x = only(call, inputs);
    Operand<TInt32> shape = shape(call.tf(), x, 1, 1, LayerBuilder.channels(x));
    return drop(call.tf(), x, rate(call, "rate"), shape);
  }

  /** Drops whole images, so that the block before a residual addition is skipped for them. */
  private Operand<TFloat32> stochasticDepth(
      LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Operand<TFloat32> x = only(call, inputs);
    int[] ones = new int[LayerBuilder.rank(x) - 1];
    Arrays.fill(ones, 1);
    return drop(call.tf(), x, rate(call, "drop_path_rate"), shape(call.tf(), x, ones));
  }

  /** Inverted dropout: the rest is scaled up, so that the expected sums stay the same. */
  private Operand<TFloat32> drop(
      Ops tf, Operand<TFloat32> x, float rate, Operand<TInt32> noiseShape) {
    Operand<TFloat32> kept = tf.math.mul(kept(tf, rate, noiseShape), tf.constant(1 / (1 - rate)));
    return tf.math.mul(x, kept);
  }

  /** Preserves mean and variance of normally distributed numbers. */
  private Operand<TFloat32> alphaDropout(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Operand<TFloat32> x = only(call, inputs);
    float rate = rate(call, "rate");
    double a = 1 / Math.sqrt((1 - rate) * (1 + rate * SELU_ALPHA_SCALE * SELU_ALPHA_SCALE));
    Ops tf = call.tf();
    Operand<TFloat32> kept = kept(tf, rate, noiseShape(call, x));
    Operand<TFloat32> dropped = tf.math.sub(tf.constant(1f), kept);
    Operand<TFloat32> mixed =
        tf.math.sub(
            tf.math.mul(x, kept), tf.math.mul(dropped, tf.constant((float) SELU_ALPHA_SCALE)));
    return tf.math.add(
        tf.math.mul(mixed, tf.constant((float) a)),
        tf.constant((float) (a * SELU_ALPHA_SCALE * rate)));
  }

  private Operand<TFloat32> gaussianDropout(
      LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Operand<TFloat32> x = only(call, inputs);
    float rate = rate(call, "rate");
    Ops tf = call.tf();
    Operand<TFloat32> noise = normal(tf, x, (float) Math.sqrt(rate / (1 - rate)));
    return tf.math.mul(x, tf.math.add(tf.constant(1f), noise));
  }

  private Operand<TFloat32> gaussianNoise(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    Operand<TFloat32> x = only(call, inputs);
    return call.tf().math.add(x, normal(call.tf(), x, call.options().number("stddev")));
  }

  private static Operand<TFloat32> only(LayerBuilder.Call call, List<Operand<TFloat32>> inputs) {
    call.options().get("seed");
    call.variables().ignoreAll(); // the state of Keras' own random generator
    return call.only(inputs);
  }

  private static float rate(LayerBuilder.Call call, String key) {
    float rate = call.options().number(key);
    if (!(rate >= 0 && rate < 1)) {
      throw call.options()
          .refusal(key, call.options().get(key), "a number from 0 to less than 1" + " is expected");
    }
    return rate;
  }

  /** 1 with probability 1 - rate, else 0. */
  private Operand<TFloat32> kept(Ops tf, float rate, Operand<TInt32> shape) {
    Operand<TFloat32> drawn =
        tf.random.randomUniform(
            shape, TFloat32.class, RandomUniform.seed(graphSeed), RandomUniform.seed2(nodeSeed));
    return tf.stopGradient(
        tf.dtypes.cast(tf.math.greaterEqual(drawn, tf.constant(rate)), TFloat32.class));
  }

  private Operand<TFloat32> normal(Ops tf, Operand<TFloat32> x, float deviation) {
    Operand<TFloat32> drawn =
        tf.random.randomStandardNormal(
            tf.shape(x),
            TFloat32.class,
            RandomStandardNormal.seed(graphSeed),
            RandomStandardNormal.seed2(nodeSeed));
    return tf.stopGradient(tf.math.mul(drawn, tf.constant(deviation)));
  }

  /** The option {@code noise_shape}: null, or a size for each axis, null for the input's own. */
  private static Operand<TInt32> noiseShape(LayerBuilder.Call call, Operand<TFloat32> x) {
    LayerOptions options = call.options();
    Ops tf = call.tf();
    if (options.isNull("noise_shape")) {
      return tf.shape(x);
    }
    var sizes = options.get("noise_shape");
    int rank = LayerBuilder.rank(x);
    if (sizes.size() != rank || !sizes.path(0).isNull()) {
      throw options.refusal(
          "noise_shape", sizes, "null and then %d sizes or nulls are expected".formatted(rank - 1));
    }
    int[] ofOneImage = new int[rank - 1];
    for (int axis = 1; axis < rank; axis++) {
      ofOneImage[axis - 1] =
          sizes.get(axis).isNull() ? LayerBuilder.size(x, axis) : sizes.get(axis).asInt();
    }
    return shape(tf, x, ofOneImage);
  }

  /** As many images as the input has, each of this shape. */
  private static Operand<TInt32> shape(Ops tf, Operand<TFloat32> x, int... ofOneImage) {
    Operand<TInt32> images =
        tf.slice(tf.shape(x), tf.constant(new int[] {0}), tf.constant(new int[] {1}));
    List<Operand<TInt32>> parts = new ArrayList<>(List.of(images, tf.constant(ofOneImage)));
    return tf.concat(parts, tf.constant(0));
  }
}
