package dev.imprint.tensorflow.head;

import dev.imprint.model.head.DenseHead;
import dev.imprint.model.head.DenseLayer;
import dev.imprint.tensorflow.session.GraphSession;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.FloatDataBuffer;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.PlaceholderWithDefault;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;

/**
 * Heads of the same classes, trained side by side in one TensorFlow graph and session: each has its
 * own weights for the examples, and learns nothing from those of weight 0. Several cost little more
 * than one. Not thread-safe; the creator must close it.
 */
final class LearningHeads implements AutoCloseable {
  /** Bounds the memory for computing the loss, whatever the number of examples. */
  private static final int JUDGED_TOGETHER = 1024;

  private final GraphSession session;
  private final BatchInput input;
  private final PlaceholderWithDefault<TBool> training;
  private final HeadLayers layers;
  private final Operand<TFloat32> losses;
  private final Operand<TFloat32> hits;
  private final Operand<TFloat32> lossSums;
  private final Operand<TFloat32> right;
  private final OptimizerOps optimizer;
  private final List<Op> step;
  private final FeatureScaling scaling;
  private final int classCount;
  private final int heads;

  /**
   * @param heads how many are trained side by side
   */
  LearningHeads(
      FeatureScaling scaling,
      int classCount,
      int heads,
      HeadTraining settings,
      TensorFlowConfig config) {
    this.scaling = scaling;
    this.classCount = classCount;
    this.heads = heads;
    session = new GraphSession(config.trainingSession());
    try {
      Ops tf = session.ops();
      input = new BatchInput(tf, scaling, classCount, heads);
      training = tf.placeholderWithDefault(tf.constant(false), Shape.scalar());
      Operand<TFloat32> scaled =
          tf.math.div(
              tf.math.sub(input.embeddings(), tf.constant(scaling.mean())),
              tf.constant(scaling.divisor()));
      layers =
          new HeadLayers(
              tf,
              new HeadLayers.Sizes(scaling.dimension(), classCount, heads),
              settings.hidden(),
              scaled,
              input.weights(),
              training,
              settings.seed());
      losses =
          tf.reshape(
              tf.nn
                  .softmaxCrossEntropyWithLogits(
                      tf.reshape(layers.logits(), tf.constant(new int[] {-1, classCount})),
                      tf.reshape(input.targets(), tf.constant(new int[] {-1, classCount})))
                  .loss(),
              tf.constant(new int[] {-1, heads}));
      // The sum, not the mean, so that the loss of many examples can be added up batch by batch.
      lossSums = sum(tf, tf.math.mul(losses, input.weights()));
      hits = hits(tf);
      right = sum(tf, hits);
      optimizer = new OptimizerOps(tf, settings.optimizer(), settings.momentum());
      // A batch may hold nothing for a head.
      step = step(tf, sum(tf, tf.math.divNoNan(lossSums, sum(tf, input.weights()))), settings);
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  /** N × heads: 1 where a head's highest class is the target's, else 0. */
  private Operand<TFloat32> hits(Ops tf) {
    Operand<TFloat32> byHead =
        tf.reshape(input.targets(), tf.constant(new int[] {-1, heads, classCount}));
    Operand<TBool> equal =
        tf.math.equal(
            tf.math.argMax(layers.logits(), tf.constant(2)),
            tf.math.argMax(byHead, tf.constant(2)));
    return tf.dtypes.cast(equal, TFloat32.class);
  }

  private static Operand<TFloat32> sum(Ops tf, Operand<TFloat32> values) {
    return tf.reduceSum(values, tf.constant(0));
  }

  private List<Op> step(Ops tf, Operand<TFloat32> crossEntropy, HeadTraining settings) {
    List<Variable<TFloat32>> kernels = layers.kernels();
    boolean decoupled = settings.optimizer().decouplesDecay();
    Operand<TFloat32> loss = crossEntropy;
    if (!decoupled) {
      List<Operand<TFloat32>> norms = new ArrayList<>();
      kernels.forEach(kernel -> norms.add(tf.nn.l2Loss(kernel)));
      loss =
          tf.math.add(loss, tf.math.mul(tf.constant(settings.weightDecay()), tf.math.addN(norms)));
    }
    List<Variable<TFloat32>> all =
        Stream.concat(kernels.stream(), layers.others().stream()).toList();
    List<Operand<TFloat32>> gradients =
        OptimizerOps.gradients(
            session.graph(), loss, all, Collections.nCopies(all.size(), "a part of the head"));
    // A weight must not change before all gradients, which depend on it, are known.
    Ops after = tf.withControlDependencies(new ArrayList<Op>(gradients));
    Operand<TFloat32> rate = tf.constant(settings.learningRate());
    Operand<TFloat32> ofFeatures = tf.constant(settings.learningRate() * scaling.pace());
    List<Op> steps = new ArrayList<>(layers.updates());
    for (int i = 0; i < all.size(); i++) {
      boolean kernel = i < kernels.size();
      steps.add(
          optimizer.step(
              after,
              all.get(i),
              gradients.get(i),
              layers.takesFeatures(all.get(i)) ? ofFeatures : rate,
              kernel && decoupled ? settings.weightDecay() : 0));
    }
    return steps;
  }

  /**
   * One step.
   *
   * @return the sum of their weighted cross-entropies in the first head before the step, without
   *     weight decay
   */
  float learn(Batch batch) {
    Session.Runner runner = session.runner();
    List<Tensor> fed = optimizer.feed(runner);
    try (TBool yes = TBool.scalarOf(true)) {
      step.forEach(runner.feed(training, yes)::addTarget);
      return run(runner, batch, List.of(lossSums)).get(0)[0];
    } finally {
      fed.forEach(Tensor::close);
    }
  }

  /** Of the first head: the weighted mean cross-entropy, without weight decay, and accuracy. */
  Epoch.Validation validate(ClassifiedExamples examples) {
    double sum = 0;
    double rightOnes = 0;
    for (int from = 0; from < examples.size(); from += JUDGED_TOGETHER) {
      int to = Math.min(examples.size(), from + JUDGED_TOGETHER);
      List<float[]> found =
          run(
              session.runner(),
              examples.batch(IntStream.range(from, to).toArray()),
              List.of(lossSums, right));
      sum += found.get(0)[0];
      rightOnes += found.get(1)[0];
    }
    return new Epoch.Validation(sum / examples.totalWeight(), rightOnes / examples.size());
  }

  /**
   * By the heads that must not learn from an example.
   *
   * @param losses mean cross-entropy of each example
   * @param accuracy share of right answers, in 0..1
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Unseen(double[] losses, double accuracy) {}

  /**
   * @param examples each hidden from at least one head
   */
  Unseen unseen(ClassifiedExamples examples) {
    double[] all = new double[examples.size()];
    double rightOnes = 0;
    for (int from = 0; from < examples.size(); from += JUDGED_TOGETHER) {
      int[] chosen =
          IntStream.range(from, Math.min(examples.size(), from + JUDGED_TOGETHER)).toArray();
      List<float[]> found = run(session.runner(), examples.batch(chosen), List.of(losses, hits));
      for (int i = 0; i < chosen.length; i++) {
        int[] judges = examples.judges(chosen[i]);
        for (int head : judges) {
          all[chosen[i]] += (double) found.get(0)[i * heads + head] / judges.length;
          rightOnes += (double) found.get(1)[i * heads + head] / judges.length;
        }
      }
    }
    return new Unseen(all, rightOnes / examples.size());
  }

  /**
   * The heads as they are, in order, for unscaled embeddings.
   *
   * @param labels the name of each class
   */
  List<DenseHead> heads(String backboneId, List<String> labels) {
    List<DenseHead> all = new ArrayList<>();
    for (int head = 0; head < heads; head++) {
      List<DenseLayer> its = layers.read(this::values, head, scaling);
      DenseLayer last = its.get(its.size() - 1);
      all.add(
          new DenseHead(
              backboneId, labels, its.subList(0, its.size() - 1), last.weights(), last.bias()));
    }
    return all;
  }

  private float[] values(Variable<TFloat32> variable) {
    try (Result result = session.runner().fetch(variable).run()) {
      return numbers(result.get(0));
    }
  }

  private List<float[]> run(Session.Runner runner, Batch batch, List<Operand<TFloat32>> wanted) {
    List<Tensor> fed = input.feed(runner, batch);
    wanted.forEach(runner::fetch);
    try (Result result = runner.run()) {
      List<float[]> found = new ArrayList<>();
      for (int i = 0; i < wanted.size(); i++) {
        found.add(numbers(result.get(i)));
      }
      return found;
    } finally {
      fed.forEach(Tensor::close);
    }
  }

  private static float[] numbers(Tensor tensor) {
    FloatDataBuffer buffer = tensor.asRawTensor().data().asFloats();
    float[] values = new float[Math.toIntExact(buffer.size())];
    buffer.read(values);
    return values;
  }

  @Override
  public void close() {
    session.close();
  }
}
