package dev.imprint.tensorflow.head;

import dev.imprint.model.Embedding;
import dev.imprint.tensorflow.session.GraphSession;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.FloatDataBuffer;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.op.train.ApplyAdam;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/**
 * Softmax layers of the same classes, trained side by side with Adam in one TensorFlow graph and
 * session: each has its own weights for the examples, and learns nothing from those of weight 0.
 * One matrix multiplication computes all of them, so that several cost little more than one. Not
 * thread-safe; the creator must close it.
 */
final class SoftmaxRegression implements AutoCloseable {
  private static final float BETA1 = 0.9f;
  private static final float BETA2 = 0.999f;
  private static final float EPSILON = 1e-7f;

  /** Bounds the memory for computing the loss, whatever the number of examples. */
  private static final int JUDGED_TOGETHER = 1024;

  /** Numbers of examples that are held in single precision: 32 MiB. */
  private static final int MOST_UNPACKED = 8 << 20;

  private final GraphSession session;
  private final Map<Embedding, float[]> unpacked = new IdentityHashMap<>();
  private final Placeholder<TFloat32> embeddings;
  private final Placeholder<TFloat32> targets;
  private final Placeholder<TFloat32> exampleWeights;
  private final Placeholder<TFloat32> beta1Power;
  private final Placeholder<TFloat32> beta2Power;
  private final Variable<TFloat32> weights;
  private final Variable<TFloat32> bias;
  private final Operand<TFloat32> lossSums;
  private final Operand<TFloat32> right;
  private final List<Op> step;
  private final int dimension;
  private final int leftOut;
  private final int classCount;
  private final int layers;
  private double steps;

  /**
   * @param layers how many are trained side by side
   */
  SoftmaxRegression(
      FeatureScaling scaling,
      int classCount,
      int layers,
      HeadTraining settings,
      TensorFlowConfig config) {
    this.dimension = scaling.dimension();
    this.leftOut = scaling.leftOut();
    this.classCount = classCount;
    this.layers = layers;
    int outputs = layers * classCount;
    session = new GraphSession(config.trainingSession());
    try {
      Ops tf = session.ops();
      embeddings = matrix(tf, dimension);
      targets = matrix(tf, outputs);
      exampleWeights = matrix(tf, layers);
      beta1Power = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
      beta2Power = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
      weights = zeros(tf, dimension, outputs);
      bias = zeros(tf, outputs);

      Operand<TFloat32> scaled =
          tf.math.div(
              tf.math.sub(embeddings, tf.constant(scaling.mean())), tf.constant(scaling.divisor()));
      Operand<TFloat32> logits = tf.math.add(tf.linalg.matMul(scaled, weights), bias);
      Operand<TFloat32> losses =
          tf.reshape(
              tf.nn
                  .softmaxCrossEntropyWithLogits(
                      tf.reshape(logits, tf.constant(new int[] {-1, classCount})),
                      tf.reshape(targets, tf.constant(new int[] {-1, classCount})))
                  .loss(),
              tf.constant(new int[] {-1, layers}));
      // The sum, not the mean, so that the loss of many examples can be added up batch by batch.
      lossSums = sum(tf, tf.math.mul(losses, exampleWeights));
      right = right(tf, logits);
      // A batch may hold nothing for a layer.
      Operand<TFloat32> crossEntropy = sum(tf, tf.math.divNoNan(lossSums, sum(tf, exampleWeights)));
      Operand<TFloat32> decay =
          tf.math.mul(tf.constant(settings.weightDecay()), tf.nn.l2Loss(weights));
      Output<?>[] gradients =
          session
              .graph()
              .addGradients(
                  tf.math.add(crossEntropy, decay).asOutput(),
                  new Output<?>[] {weights.asOutput(), bias.asOutput()});
      Operand<TFloat32> rate = tf.constant(settings.learningRate() * scaling.pace());
      step =
          List.of(
              adam(tf, weights, gradients[0], rate, dimension, outputs),
              adam(tf, bias, gradients[1], rate, outputs));
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  private static Placeholder<TFloat32> matrix(Ops tf, int columns) {
    return tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, columns)));
  }

  /** How many of a batch the first layer gets right. */
  private Operand<TFloat32> right(Ops tf, Operand<TFloat32> logits) {
    Operand<TBool> hits = tf.math.equal(first(tf, logits), first(tf, targets));
    return sum(tf, tf.dtypes.cast(hits, TFloat32.class));
  }

  /** The first layer's highest class. */
  private Operand<TInt64> first(Ops tf, Operand<TFloat32> values) {
    Operand<TFloat32> its =
        tf.slice(values, tf.constant(new int[] {0, 0}), tf.constant(new int[] {-1, classCount}));
    return tf.math.argMax(its, tf.constant(1));
  }

  /** The loss is convex, so starting with equal values does no harm. */
  private static Variable<TFloat32> zeros(Ops tf, int... shape) {
    return tf.variable(tf.zeros(tf.constant(shape), TFloat32.class));
  }

  private static Operand<TFloat32> sum(Ops tf, Operand<TFloat32> values) {
    return tf.reduceSum(values, tf.constant(0));
  }

  @SuppressWarnings("unchecked") // the gradient of a float32 is one
  private ApplyAdam<TFloat32> adam(
      Ops tf,
      Variable<TFloat32> variable,
      Output<?> gradient,
      Operand<TFloat32> rate,
      int... shape) {
    return tf.train.applyAdam(
        variable,
        zeros(tf, shape),
        zeros(tf, shape),
        beta1Power,
        beta2Power,
        rate,
        tf.constant(BETA1),
        tf.constant(BETA2),
        tf.constant(EPSILON),
        (Output<TFloat32>) gradient);
  }

  /**
   * One step of Adam.
   *
   * @return the sum of their weighted cross-entropies in the first layer before the step, without
   *     weight decay
   */
  float learn(Batch batch) {
    steps++;
    try (TFloat32 power1 = TFloat32.scalarOf((float) Math.pow(BETA1, steps));
        TFloat32 power2 = TFloat32.scalarOf((float) Math.pow(BETA2, steps))) {
      Session.Runner runner = session.runner().feed(beta1Power, power1).feed(beta2Power, power2);
      step.forEach(runner::addTarget);
      return run(runner, batch, List.of(lossSums))[0];
    }
  }

  /** Of the first layer: the weighted mean cross-entropy, without weight decay, and accuracy. */
  Epoch.Validation validate(ClassifiedExamples examples) {
    double sum = 0;
    double hits = 0;
    for (int from = 0; from < examples.size(); from += JUDGED_TOGETHER) {
      int to = Math.min(examples.size(), from + JUDGED_TOGETHER);
      float[] found =
          run(
              session.runner(),
              examples.batch(IntStream.range(from, to).toArray()),
              List.of(lossSums, right));
      sum += found[0];
      hits += found[1];
    }
    return new Epoch.Validation(sum / examples.totalWeight(), hits / examples.size());
  }

  /** A layer's, dimension × classes, row-major, for scaled embeddings. */
  float[] weights(int layer) {
    float[] all = values(weights);
    float[] its = new float[dimension * classCount];
    for (int row = 0; row < dimension; row++) {
      System.arraycopy(all, (row * layers + layer) * classCount, its, row * classCount, classCount);
    }
    return its;
  }

  /** A layer's, one per class. */
  float[] bias(int layer) {
    return Arrays.copyOfRange(values(bias), layer * classCount, (layer + 1) * classCount);
  }

  private float[] values(Variable<TFloat32> variable) {
    try (Result result = session.runner().fetch(variable).run()) {
      FloatDataBuffer buffer = result.get(0).asRawTensor().data().asFloats();
      float[] values = new float[Math.toIntExact(buffer.size())];
      buffer.read(values);
      return values;
    }
  }

  private float[] run(Session.Runner runner, Batch batch, List<Operand<TFloat32>> wanted) {
    int size = batch.embeddings().size();
    try (TFloat32 x =
            TFloat32.tensorOf(
                Shape.of(size, dimension),
                tensor -> {
                  FloatDataBuffer values = tensor.asRawTensor().data().asFloats();
                  for (int i = 0; i < size; i++) {
                    values.offset((long) i * dimension).write(numbers(batch.embeddings().get(i)));
                  }
                });
        TFloat32 y = tensor(size, layers * classCount, batch.targets());
        TFloat32 w = tensor(size, layers, batch.weights())) {
      runner.feed(embeddings, x).feed(targets, y).feed(exampleWeights, w);
      wanted.forEach(runner::fetch);
      try (Result result = runner.run()) {
        float[] found = new float[wanted.size()];
        for (int i = 0; i < found.length; i++) {
          found[i] = result.get(i).asRawTensor().data().asFloats().getFloat(0);
        }
        return found;
      }
    }
  }

  /** Unpacked once, as long as examples are few: they are in every epoch. */
  private float[] numbers(Embedding embedding) {
    float[] known = unpacked.get(embedding);
    if (known == null) {
      known = embedding.numbers(leftOut);
      if (unpacked.size() < MOST_UNPACKED / dimension) {
        unpacked.put(embedding, known);
      }
    }
    return known;
  }

  private static TFloat32 tensor(int rows, int columns, float[] values) {
    return TFloat32.tensorOf(
        Shape.of(rows, columns), tensor -> tensor.asRawTensor().data().asFloats().write(values));
  }

  @Override
  public void close() {
    session.close();
  }
}
