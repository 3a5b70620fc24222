package dev.imprint.tensorflow;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.ndarray.buffer.FloatDataBuffer;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.op.train.ApplyAdam;
import org.tensorflow.types.TFloat32;

/**
 * A softmax layer that learns by Adam, as a TensorFlow graph and session of its own. For one
 * thread; whoever opened it closes it.
 */
final class SoftmaxRegression implements AutoCloseable {
  private static final float BETA1 = 0.9f;
  private static final float BETA2 = 0.999f;
  private static final float EPSILON = 1e-7f;

  /**
   * Examples of one step.
   *
   * @param embeddings unscaled
   * @param classes the class of each
   * @param weights how much each counts in the loss
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Batch(List<float[]> embeddings, int[] classes, float[] weights) {}

  private final GraphSession session;
  private final int classCount;
  private final Placeholder<TFloat32> embeddings;
  private final Placeholder<TFloat32> oneHot;
  private final Placeholder<TFloat32> exampleWeights;
  private final Placeholder<TFloat32> beta1Power;
  private final Placeholder<TFloat32> beta2Power;
  private final Variable<TFloat32> weights;
  private final Variable<TFloat32> bias;
  private final Operand<TFloat32> crossEntropy;
  private final List<Op> step;
  private double steps;

  SoftmaxRegression(
      FeatureScaling scaling, int classCount, HeadTraining settings, TensorFlowConfig config) {
    this.classCount = classCount;
    int dimension = scaling.mean().length;
    session = new GraphSession(config.cpuSession());
    try {
      Ops tf = session.ops();
      embeddings = matrix(tf, dimension);
      oneHot = matrix(tf, classCount);
      exampleWeights = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1)));
      beta1Power = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
      beta2Power = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
      weights = zeros(tf, dimension, classCount);
      bias = zeros(tf, classCount);

      Operand<TFloat32> scaled =
          tf.math.div(
              tf.math.sub(embeddings, tf.constant(scaling.mean())),
              tf.constant(scaling.deviation()));
      Operand<TFloat32> logits = tf.math.add(tf.linalg.matMul(scaled, weights), bias);
      // The sparse form has no native gradient.
      Operand<TFloat32> losses = tf.nn.softmaxCrossEntropyWithLogits(logits, oneHot).loss();
      crossEntropy =
          tf.math.div(sum(tf, tf.math.mul(losses, exampleWeights)), sum(tf, exampleWeights));
      Operand<TFloat32> decay =
          tf.math.mul(tf.constant(settings.weightDecay()), tf.nn.l2Loss(weights));
      Output<?>[] gradients =
          session
              .graph()
              .addGradients(
                  tf.math.add(crossEntropy, decay).asOutput(),
                  new Output<?>[] {weights.asOutput(), bias.asOutput()});
      Operand<TFloat32> rate = tf.constant(settings.learningRate());
      step =
          List.of(
              adam(tf, weights, gradients[0], rate, dimension, classCount),
              adam(tf, bias, gradients[1], rate, classCount));
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  private static Placeholder<TFloat32> matrix(Ops tf, int columns) {
    return tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, columns)));
  }

  /** The loss is convex, so it does not matter that all start alike. */
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

  /** One step of Adam. */
  void learn(Batch batch) {
    steps++;
    try (TFloat32 power1 = TFloat32.scalarOf((float) Math.pow(BETA1, steps));
        TFloat32 power2 = TFloat32.scalarOf((float) Math.pow(BETA2, steps))) {
      Session.Runner runner = session.runner().feed(beta1Power, power1).feed(beta2Power, power2);
      step.forEach(runner::addTarget);
      run(runner, batch).close();
    }
  }

  /** The weighted mean cross-entropy, without weight decay. */
  float loss(Batch batch) {
    try (Result result = run(session.runner().fetch(crossEntropy), batch)) {
      return result.get(0).asRawTensor().data().asFloats().getFloat(0);
    }
  }

  /** dimension × classes, row-major, for scaled embeddings. */
  float[] weights() {
    return values(weights);
  }

  /** One a class. */
  float[] bias() {
    return values(bias);
  }

  private float[] values(Variable<TFloat32> variable) {
    try (Result result = session.runner().fetch(variable).run()) {
      FloatDataBuffer buffer = result.get(0).asRawTensor().data().asFloats();
      float[] values = new float[Math.toIntExact(buffer.size())];
      buffer.read(values);
      return values;
    }
  }

  /** The caller closes what it returns. */
  private Result run(Session.Runner runner, Batch batch) {
    int size = batch.classes().length;
    int dimension = batch.embeddings().get(0).length;
    float[] targets = new float[size * classCount];
    for (int i = 0; i < size; i++) {
      targets[i * classCount + batch.classes()[i]] = 1;
    }
    try (TFloat32 x =
            TFloat32.tensorOf(
                Shape.of(size, dimension),
                tensor -> {
                  FloatDataBuffer values = tensor.asRawTensor().data().asFloats();
                  for (int i = 0; i < size; i++) {
                    values.offset((long) i * dimension).write(batch.embeddings().get(i));
                  }
                });
        TFloat32 y = TFloat32.tensorOf(Shape.of(size, classCount), DataBuffers.of(targets));
        TFloat32 w = TFloat32.vectorOf(batch.weights())) {
      return runner.feed(embeddings, x).feed(oneHot, y).feed(exampleWeights, w).run();
    }
  }

  @Override
  public void close() {
    session.close();
  }
}
