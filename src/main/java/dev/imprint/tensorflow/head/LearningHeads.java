package dev.imprint.tensorflow.head;

import dev.imprint.model.DenseHead;
import dev.imprint.model.DenseLayer;
import dev.imprint.model.Embedding;
import dev.imprint.tensorflow.session.GraphSession;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
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
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.PlaceholderWithDefault;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/**
 * Heads of the same classes, trained side by side in one TensorFlow graph and session: each has its
 * own weights for the examples, and learns nothing from those of weight 0. Several cost little more
 * than one. Not thread-safe; the creator must close it.
 */
final class LearningHeads implements AutoCloseable {
  /** Bounds the memory for computing the loss, whatever the number of examples. */
  private static final int JUDGED_TOGETHER = 1024;

  /** Numbers of examples that are held in single precision: 32 MiB. */
  private static final int MOST_UNPACKED = 8 << 20;

  private final GraphSession session;
  private final Map<Embedding, float[]> unpacked = new IdentityHashMap<>();
  private final Placeholder<TFloat32> embeddings;
  private final Placeholder<TFloat32> targets;
  private final Placeholder<TFloat32> exampleWeights;
  private final PlaceholderWithDefault<TBool> training;
  private final HeadLayers layers;
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
      embeddings = matrix(tf, scaling.dimension());
      targets = matrix(tf, heads * classCount);
      exampleWeights = matrix(tf, heads);
      training = tf.placeholderWithDefault(tf.constant(false), Shape.scalar());
      Operand<TFloat32> scaled =
          tf.math.div(
              tf.math.sub(embeddings, tf.constant(scaling.mean())), tf.constant(scaling.divisor()));
      layers =
          new HeadLayers(
              tf,
              new HeadLayers.Sizes(scaling.dimension(), classCount, heads),
              settings.hidden(),
              scaled,
              exampleWeights,
              training,
              settings.seed());
      Operand<TFloat32> losses =
          tf.reshape(
              tf.nn
                  .softmaxCrossEntropyWithLogits(
                      tf.reshape(layers.logits(), tf.constant(new int[] {-1, classCount})),
                      tf.reshape(targets, tf.constant(new int[] {-1, classCount})))
                  .loss(),
              tf.constant(new int[] {-1, heads}));
      // The sum, not the mean, so that the loss of many examples can be added up batch by batch.
      lossSums = sum(tf, tf.math.mul(losses, exampleWeights));
      right = right(tf);
      optimizer = new OptimizerOps(tf, settings.optimizer(), settings.momentum());
      // A batch may hold nothing for a head.
      step = step(tf, sum(tf, tf.math.divNoNan(lossSums, sum(tf, exampleWeights))), settings);
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  private static Placeholder<TFloat32> matrix(Ops tf, int columns) {
    return tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, columns)));
  }

  /** How many of a batch the first head gets right. */
  private Operand<TFloat32> right(Ops tf) {
    Operand<TFloat32> logits =
        tf.reshape(layers.logits(), tf.constant(new int[] {-1, heads * classCount}));
    Operand<TBool> hits = tf.math.equal(first(tf, logits), first(tf, targets));
    return sum(tf, tf.dtypes.cast(hits, TFloat32.class));
  }

  /** The first head's highest class. */
  private Operand<TInt64> first(Ops tf, Operand<TFloat32> values) {
    Operand<TFloat32> its =
        tf.slice(values, tf.constant(new int[] {0, 0}), tf.constant(new int[] {-1, classCount}));
    return tf.math.argMax(its, tf.constant(1));
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
      loss = tf.math.add(loss, tf.math.mul(tf.constant(settings.weightDecay()), tf.math.addN(norms)));
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
      return run(runner, batch, List.of(lossSums))[0];
    } finally {
      fed.forEach(Tensor::close);
    }
  }

  /** Of the first head: the weighted mean cross-entropy, without weight decay, and accuracy. */
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
      FloatDataBuffer buffer = result.get(0).asRawTensor().data().asFloats();
      float[] values = new float[Math.toIntExact(buffer.size())];
      buffer.read(values);
      return values;
    }
  }

  private float[] run(Session.Runner runner, Batch batch, List<Operand<TFloat32>> wanted) {
    int size = batch.embeddings().size();
    int dimension = scaling.dimension();
    try (TFloat32 x =
            TFloat32.tensorOf(
                Shape.of(size, dimension),
                tensor -> {
                  FloatDataBuffer values = tensor.asRawTensor().data().asFloats();
                  for (int i = 0; i < size; i++) {
                    values.offset((long) i * dimension).write(numbers(batch.embeddings().get(i)));
                  }
                });
        TFloat32 y = tensor(size, heads * classCount, batch.targets());
        TFloat32 w = tensor(size, heads, batch.weights())) {
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
      known = embedding.numbers(scaling.leftOut());
      if (unpacked.size() < MOST_UNPACKED / scaling.dimension()) {
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
