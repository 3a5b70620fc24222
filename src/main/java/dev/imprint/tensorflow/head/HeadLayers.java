package dev.imprint.tensorflow.head;

import dev.imprint.model.head.Activation;
import dev.imprint.model.head.DenseLayer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;

/**
 * The layers of several heads side by side, as ops with variables. What the first layers take is
 * the same for all heads, so that one matrix multiplication computes them; after that, each head
 * has its own numbers, and a batch of multiplications does.
 */
final class HeadLayers {
  private final Ops tf;
  private final Sizes sizes;
  private final HiddenLayers settings;
  private final Operand<TFloat32> counted;
  private final Operand<TBool> training;
  private final Random random;
  private final List<Layer> layers = new ArrayList<>();
  private final Operand<TFloat32> logits;

  /**
   * How large they are.
   *
   * @param heads how many there are side by side
   */
  record Sizes(int dimension, int classes, int heads) {}

  /**
   * A layer of all heads.
   *
   * @param weights inputs × heads × units in the first layer, else heads × inputs × units
   * @param bias heads × units
   * @param norm null without
   */
  private record Layer(
      int inputs,
      int units,
      Variable<TFloat32> weights,
      Variable<TFloat32> bias,
      @Nullable BatchNorm norm) {}

  /**
   * @param x n × dimension, scaled
   * @param exampleWeights n × heads: a head does not learn from an example of weight 0, nor take it
   *     into account in batch norms
   * @param training whether dropout is active and batch norms go by the batch
   * @param seed for the first weights and dropout
   */
  HeadLayers(
      Ops tf,
      Sizes sizes,
      HiddenLayers settings,
      Operand<TFloat32> x,
      Operand<TFloat32> exampleWeights,
      Operand<TBool> training,
      long seed) {
    this.tf = tf;
    this.sizes = sizes;
    this.settings = settings;
    this.training = training;
    this.random = new Random(seed);
    this.counted =
        tf.expandDims(
            tf.dtypes.cast(tf.math.greater(exampleWeights, tf.constant(0f)), TFloat32.class),
            tf.constant(2));
    Operand<TFloat32> last = x;
    int inputs = sizes.dimension();
    for (int units : settings.units()) {
      Layer layer = layer(inputs, units, true);
      Operand<TFloat32> sums = sums(layer, last);
      if (layer.norm() != null) {
        sums = layer.norm().normalized(tf, sums, counted, training);
      }
      last =
          HeadOps.dropped(
              tf,
              HeadOps.activated(tf, settings.activation(), sums),
              settings.dropout(),
              training,
              seed,
              layers.size());
      inputs = units;
    }
    logits = sums(layer(inputs, sizes.classes(), false), last);
  }

  /**
   * @param hidden the last layer begins with zeros instead: then all classes begin alike
   */
  private Layer layer(int inputs, int units, boolean hidden) {
    boolean first = layers.isEmpty();
    int heads = sizes.heads();
    Shape shape = first ? Shape.of(inputs, (long) heads * units) : Shape.of(heads, inputs, units);
    Variable<TFloat32> weights =
        tf.variable(
            hidden
                ? tf.constant(shape, DataBuffers.of(drawn(inputs, units, first)))
                : tf.zeros(tf.constant(shape.asArray()), TFloat32.class));
    Variable<TFloat32> bias =
        tf.variable(tf.zeros(tf.constant(new int[] {heads, units}), TFloat32.class));
    BatchNorm norm = hidden && settings.batchNorm() ? new BatchNorm(tf, heads, units) : null;
    Layer layer = new Layer(inputs, units, weights, bias, norm);
    layers.add(layer);
    return layer;
  }

  /** As Keras begins (Glorot, Bengio 2010); the same for each head. */
  private float[] drawn(int inputs, int units, boolean first) {
    double limit = Math.sqrt(6.0 / (inputs + units));
    int heads = sizes.heads();
    float[] all = new float[inputs * units * heads];
    for (int row = 0; row < inputs; row++) {
      for (int unit = 0; unit < units; unit++) {
        float weight = (float) ((2 * random.nextDouble() - 1) * limit);
        for (int head = 0; head < heads; head++) {
          all[first ? (row * heads + head) * units + unit : (head * inputs + row) * units + unit] =
              weight;
        }
      }
    }
    return all;
  }

  /** n × heads × units. */
  private Operand<TFloat32> sums(Layer layer, Operand<TFloat32> input) {
    Operand<TFloat32> products;
    if (layer == layers.get(0)) {
      products =
          tf.reshape(
              tf.linalg.matMul(input, layer.weights()),
              tf.constant(new int[] {-1, sizes.heads(), layer.units()}));
    } else {
      Operand<TFloat32> byHead = turned(input);
      // Its gradient cannot take a variable itself.
      Operand<TFloat32> weights = tf.identity(layer.weights());
      products = turned(tf.train.batchMatMul(byHead, weights, TFloat32.class));
    }
    return tf.math.add(products, layer.bias());
  }

  /** Exchanges examples and heads. */
  private Operand<TFloat32> turned(Operand<TFloat32> x) {
    return tf.linalg.transpose(x, tf.constant(new int[] {1, 0, 2}));
  }

  /** Of all heads: n × heads × classes. */
  Operand<TFloat32> logits() {
    return logits;
  }

  /** The matrices, in order; the first one is that of the features. */
  List<Variable<TFloat32>> kernels() {
    return layers.stream().map(Layer::weights).toList();
  }

  /** The other variables that learn: biases and batch norms. */
  List<Variable<TFloat32>> others() {
    List<Variable<TFloat32>> all = new ArrayList<>();
    for (Layer layer : layers) {
      all.add(layer.bias());
      if (layer.norm() != null) {
        all.addAll(layer.norm().learned());
      }
    }
    return all;
  }

  /** Whether the features' scale and number decide how fast it should learn. */
  boolean takesFeatures(Variable<TFloat32> variable) {
    Layer first = layers.get(0);
    return variable == first.weights() || layers.size() == 1;
  }

  /** To be run with each step. */
  List<Op> updates() {
    return layers.stream()
        .map(Layer::norm)
        .filter(norm -> norm != null)
        .flatMap(norm -> norm.updates().stream())
        .toList();
  }

  /**
   * The layers of one head, for unscaled embeddings, without batch norms.
   *
   * @param scaling of the embeddings that they have learned from
   */
  List<DenseLayer> read(
      Function<Variable<TFloat32>, float[]> values, int head, FeatureScaling scaling) {
    List<DenseLayer> all = new ArrayList<>();
    for (Layer layer : layers) {
      boolean first = all.isEmpty();
      float[] weights = weights(values.apply(layer.weights()), head, layer, first);
      float[] bias = ofHead(values.apply(layer.bias()), head);
      if (layer.norm() != null) {
        BatchNorm.fold(
            weights,
            bias,
            layer.norm().variables().stream().map(v -> ofHead(values.apply(v), head)).toList());
      }
      Activation activation =
          all.size() == layers.size() - 1 ? Activation.LINEAR : settings.activation();
      all.add(
          first
              ? new DenseLayer(
                  scaling.unscaledWeights(weights), scaling.unscaledBias(weights, bias), activation)
              : new DenseLayer(weights, bias, activation));
    }
    return all;
  }

  private float[] weights(float[] all, int head, Layer layer, boolean first) {
    if (!first) {
      return ofHead(all, head);
    }
    int units = layer.units();
    float[] its = new float[layer.inputs() * units];
    for (int row = 0; row < layer.inputs(); row++) {
      System.arraycopy(all, (row * sizes.heads() + head) * units, its, row * units, units);
    }
    return its;
  }

  private float[] ofHead(float[] all, int head) {
    int size = all.length / sizes.heads();
    return Arrays.copyOfRange(all, head * size, (head + 1) * size);
  }
}
