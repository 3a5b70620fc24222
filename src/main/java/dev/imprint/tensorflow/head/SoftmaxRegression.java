package dev.imprint.tensorflow.head;

import dev.imprint.tensorflow.session.GraphSession;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
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
import org.tensorflow.types.TInt32;

/**
 * A softmax layer trained with Adam, as a TensorFlow graph and session of its own. Not thread-safe;
 * the creator must close it.
 */
final class SoftmaxRegression implements AutoCloseable {
  private static final float BETA1 = 0.9f;
  private static final float BETA2 = 0.999f;
  private static final float EPSILON = 1e-7f;

  /** Bounds the memory for computing the loss, whatever the number of examples. */
  private static final int JUDGED_TOGETHER = 1024;

  private final GraphSession session;
  private final Placeholder<TFloat32> embeddings;
  private final Placeholder<TInt32> classes;
  private final Placeholder<TFloat32> exampleWeights;
  private final Placeholder<TFloat32> beta1Power;
  private final Placeholder<TFloat32> beta2Power;
  private final Variable<TFloat32> weights;
  private final Variable<TFloat32> bias;
  private final Operand<TFloat32> lossSum;
  private final List<Op> step;
  private double steps;

  SoftmaxRegression(
      FeatureScaling scaling, int classCount, HeadTraining settings, TensorFlowConfig config) {
    int dimension = scaling.mean().length;
    session = new GraphSession(config.trainingSession());
    try {
      Ops tf = session.ops();
      embeddings = matrix(tf, dimension);
      classes = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(-1)));
      exampleWeights = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1)));
      beta1Power = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
      beta2Power = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
      weights = zeros(tf, dimension, classCount);
      bias = zeros(tf, classCount);

      Operand<TFloat32> scaled =
          tf.math.div(
              tf.math.sub(embeddings, tf.constant(scaling.mean())), tf.constant(scaling.divisor()));
      Operand<TFloat32> logits = tf.math.add(tf.linalg.matMul(scaled, weights), bias);
      // The sparse form of cross-entropy has no native gradient.
      Operand<TFloat32> oneHot =
          tf.oneHot(classes, tf.constant(classCount), tf.constant(1f), tf.constant(0f));
      Operand<TFloat32> losses = tf.nn.softmaxCrossEntropyWithLogits(logits, oneHot).loss();
      // The sum, not the mean, so that the loss of many examples can be added up batch by batch.
      lossSum = sum(tf, tf.math.mul(losses, exampleWeights));
      Operand<TFloat32> crossEntropy = tf.math.div(lossSum, sum(tf, exampleWeights));
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
   * One step of Adam on the chosen examples.
   *
   * @return the sum of their weighted cross-entropies before the step, without weight decay
   */
  float learn(ClassifiedExamples examples, int[] chosen) {
    steps++;
    try (TFloat32 power1 = TFloat32.scalarOf((float) Math.pow(BETA1, steps));
        TFloat32 power2 = TFloat32.scalarOf((float) Math.pow(BETA2, steps))) {
      Session.Runner runner = session.runner().feed(beta1Power, power1).feed(beta2Power, power2);
      step.forEach(runner::addTarget);
      return run(runner, examples, chosen);
    }
  }

  /** The weighted mean cross-entropy, without weight decay. */
  double loss(ClassifiedExamples examples) {
    double sum = 0;
    for (int from = 0; from < examples.size(); from += JUDGED_TOGETHER) {
      int to = Math.min(examples.size(), from + JUDGED_TOGETHER);
      sum += run(session.runner(), examples, IntStream.range(from, to).toArray());
    }
    return sum / examples.totalWeight();
  }

  /** dimension × classes, row-major, for scaled embeddings. */
  float[] weights() {
    return values(weights);
  }

  /** One per class. */
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

  private float run(Session.Runner runner, ClassifiedExamples examples, int[] chosen) {
    int dimension = examples.embeddings().get(0).length;
    try (TFloat32 x =
            TFloat32.tensorOf(
                Shape.of(chosen.length, dimension),
                tensor -> {
                  FloatDataBuffer values = tensor.asRawTensor().data().asFloats();
                  for (int i = 0; i < chosen.length; i++) {
                    values.offset((long) i * dimension).write(examples.embeddings().get(chosen[i]));
                  }
                });
        TInt32 y =
            TInt32.tensorOf(
                Shape.of(chosen.length),
                DataBuffers.of(Arrays.stream(chosen).map(i -> examples.classes()[i]).toArray()));
        TFloat32 w =
            TFloat32.tensorOf(
                Shape.of(chosen.length),
                tensor -> {
                  FloatDataBuffer values = tensor.asRawTensor().data().asFloats();
                  for (int i = 0; i < chosen.length; i++) {
                    values.setFloat(examples.weights()[chosen[i]], i);
                  }
                });
        Result result =
            runner
                .feed(embeddings, x)
                .feed(classes, y)
                .feed(exampleWeights, w)
                .fetch(lossSum)
                .run()) {
      return result.get(0).asRawTensor().data().asFloats().getFloat(0);
    }
  }

  @Override
  public void close() {
    session.close();
  }
}
