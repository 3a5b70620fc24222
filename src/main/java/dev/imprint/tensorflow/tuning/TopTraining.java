package dev.imprint.tensorflow.tuning;

import dev.imprint.model.TunedTop;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.backbone.EmbeddingLayers;
import dev.imprint.model.head.DenseHead;
import dev.imprint.model.head.DenseLayer;
import dev.imprint.tensorflow.head.FeatureScaling;
import dev.imprint.tensorflow.head.HeadOps;
import dev.imprint.tensorflow.head.HeadTraining;
import dev.imprint.tensorflow.head.HiddenLayers;
import dev.imprint.tensorflow.session.GraphSession;
import dev.imprint.tensorflow.session.Precision;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.FloatDataBuffer;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

/**
 * The part of a network behind the cut, and a head, in one graph and session that trains both. Not
 * thread-safe; the creator must close it.
 */
final class TopTraining implements AutoCloseable {
  private static final String HEAD = "head";

  private final GraphSession session;
  private final TopGraph top;
  private final Variable<TFloat32> mean;
  private final Variable<TFloat32> divisor;
  private final List<HeadLayer> head = new ArrayList<>();
  private final Placeholder<TFloat32> targets;
  private final Placeholder<TFloat32> viewWeights;
  private final Operand<TFloat32> lossSum;
  private final Operand<TFloat32> right;
  private final AdamW adamW;
  private final EmbeddingLayers learnedFrom;
  private final VariableValues learning;
  private final VariableValues scaling;
  private final int classes;

  /**
   * Views to learn from or to judge by.
   *
   * @param records their activations
   * @param classes of each
   * @param weights how much each counts in the loss
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Views(List<byte[]> records, int[] classes, float[] weights) {}

  /**
   * Of the views that it learns from.
   *
   * @param shape of their activations
   * @param examples how many a class has in the mean, with the validation part's
   */
  record Data(CutShape shape, int classes, double examples) {}

  private record HeadLayer(Variable<TFloat32> weights, Variable<TFloat32> bias) {}

  /** The weighted sum of the views' cross-entropies, and how many were answered right. */
  record Answers(double lossSum, double right) {}

  /**
   * @param itsHead its layers, and the seed
   */
  TopTraining(
      TunableNetwork network,
      Data data,
      HeadTraining itsHead,
      FineTuneSettings settings,
      TensorFlowConfig config) {
    classes = data.classes();
    session = new GraphSession(config.networkSession(Precision.FP32));
    try {
      Ops tf = session.ops();
      top = network.top(tf, data.shape(), itsHead.seed());
      learnedFrom = FeatureScaling.learnedFrom(top.layers(), data.examples());
      int dimension = learnedFrom.dimension();
      mean = tf.variable(tf.zeros(tf.constant(new int[] {dimension}), TFloat32.class));
      divisor = tf.variable(tf.ones(tf.constant(new int[] {dimension}), TFloat32.class));
      targets = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, classes)));
      viewWeights = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1)));
      Operand<TFloat32> scaled = tf.math.div(tf.math.sub(learned(tf, dimension), mean), divisor);
      Operand<TFloat32> logits = logits(tf, scaled, dimension, itsHead, settings.dropout());
      Operand<TFloat32> losses = tf.nn.softmaxCrossEntropyWithLogits(logits, targets).loss();
      lossSum = tf.reduceSum(tf.math.mul(losses, viewWeights), tf.constant(0));
      right = right(tf, logits);
      Operand<TFloat32> loss = tf.math.div(lossSum, tf.reduceSum(viewWeights, tf.constant(0)));
      List<AdamW.Parameter> parameters = parameters(settings);
      adamW = new AdamW(tf, session.graph(), loss, parameters, settings.clipNorm());
      learning =
          new VariableValues(session, parameters.stream().map(AdamW.Parameter::variable).toList());
      scaling = new VariableValues(session, List.of(mean, divisor));
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  /** The end of the embeddings, without layers that are left out. */
  private Operand<TFloat32> learned(Ops tf, int dimension) {
    int leftOut = top.layers().dimension() - dimension;
    return leftOut == 0
        ? top.embedding()
        : tf.slice(
            top.embedding(),
            tf.constant(new int[] {0, leftOut}),
            tf.constant(new int[] {-1, dimension}));
  }

  private Operand<TFloat32> logits(
      Ops tf, Operand<TFloat32> features, int dimension, HeadTraining itsHead, float dropout) {
    HiddenLayers hidden = itsHead.hidden();
    Operand<TFloat32> last = dropped(tf, features, dropout, itsHead.seed());
    int inputs = dimension;
    for (int units : hidden.units()) {
      Operand<TFloat32> sums = sums(tf, last, inputs, units);
      Operand<TFloat32> outputs = HeadOps.activated(tf, hidden.activation(), sums);
      last = dropped(tf, outputs, hidden.dropout(), itsHead.seed());
      inputs = units;
    }
    return sums(tf, last, inputs, classes);
  }

  private Operand<TFloat32> dropped(Ops tf, Operand<TFloat32> x, float rate, long seed) {
    return HeadOps.dropped(tf, x, rate, top.training(), seed, 1 + head.size());
  }

  /** Of a further layer of the head. */
  private Operand<TFloat32> sums(Ops tf, Operand<TFloat32> x, int inputs, int units) {
    HeadLayer layer =
        new HeadLayer(
            tf.variable(tf.zeros(tf.constant(new int[] {inputs, units}), TFloat32.class)),
            tf.variable(tf.zeros(tf.constant(new int[] {units}), TFloat32.class)));
    head.add(layer);
    return tf.math.add(tf.linalg.matMul(x, layer.weights()), layer.bias());
  }

  private Operand<TFloat32> right(Ops tf, Operand<TFloat32> logits) {
    Operand<TInt64> answer = tf.math.argMax(logits, tf.constant(1));
    Operand<TBool> hits = tf.math.equal(answer, tf.math.argMax(targets, tf.constant(1)));
    return tf.reduceSum(tf.dtypes.cast(hits, TFloat32.class), tf.constant(0));
  }

  /** The top's weights, then two for each layer of the head. */
  private List<AdamW.Parameter> parameters(FineTuneSettings settings) {
    List<AdamW.Parameter> parameters = new ArrayList<>();
    for (TopGraph.Weight weight : top.weights()) {
      float factor = (float) Math.pow(settings.blockFactor(), weight.block());
      // Biases, and the factors of norms, are vectors.
      float decay = weight.shape().numDimensions() > 1 ? settings.weightDecay() : 0;
      parameters.add(
          new AdamW.Parameter("layer '" + weight.layer() + "'", weight.variable(), factor, decay));
    }
    for (HeadLayer layer : head) {
      parameters.add(new AdamW.Parameter(HEAD, layer.weights(), 1, settings.weightDecay()));
      parameters.add(new AdamW.Parameter(HEAD, layer.bias(), 1, 0));
    }
    return parameters;
  }

  /** Names of the embedding layers that the head learns from. */
  List<String> layersLearned() {
    return learnedFrom.all().stream().map(EmbeddingLayers.Layer::name).toList();
  }

  /** The embeddings by the weights as they are. */
  List<Embedding> embeddings(List<byte[]> records) {
    Session.Runner runner = session.runner().fetch(top.embedding());
    try (TopGraph.Feed fed = top.feed(runner, records);
        Result result = runner.run()) {
      FloatDataBuffer values = result.get(0).asRawTensor().data().asFloats();
      int dimension = Math.toIntExact(values.size() / records.size());
      List<Embedding> embeddings = new ArrayList<>();
      for (int i = 0; i < records.size(); i++) {
        float[] embedding = new float[dimension];
        values.offset((long) i * dimension).read(embedding);
        embeddings.add(Embedding.of(embedding, top.layers()));
      }
      return embeddings;
    }
  }

  /** Lets the head start as one that was trained on the embeddings, scaled like its examples. */
  void begin(DenseHead trained, FeatureScaling examples) {
    List<float[]> all = new ArrayList<>(weights().subList(0, top.weights().size()));
    for (DenseLayer layer : trained.layers()) {
      boolean first = all.size() == top.weights().size();
      float[] weights = layer.weights();
      all.add(first ? examples.scaledWeights(weights) : weights);
      all.add(first ? examples.scaledBias(weights, layer.bias()) : layer.bias());
    }
    learning.assign(all);
    scaling.assign(List.of(examples.mean(), examples.divisor()));
  }

  /**
   * One step.
   *
   * @return of the views, before the step
   */
  Answers learn(Views views, float learningRate) {
    Session.Runner runner = session.runner();
    try (TBool training = TBool.scalarOf(true);
        TopGraph.Feed step = adamW.step(runner, learningRate)) {
      return answers(runner.feed(top.training(), training), views);
    }
  }

  /** By the weights as they are; changes nothing. */
  Answers judge(Views views) {
    return answers(session.runner(), views);
  }

  private Answers answers(Session.Runner runner, Views views) {
    try (TopGraph.Feed records = top.feed(runner, views.records());
        TFloat32 y = oneHot(views.classes());
        TFloat32 w = vector(views.weights())) {
      runner.feed(targets, y).feed(viewWeights, w).fetch(lossSum).fetch(right);
      try (Result result = runner.run()) {
        return new Answers(
            ((TFloat32) result.get(0)).getFloat(), ((TFloat32) result.get(1)).getFloat());
      }
    }
  }

  /** The gradients of the loss, in the order of {@link #weights}. */
  List<float[]> gradients(Views views) {
    Session.Runner runner = session.runner();
    try (TopGraph.Feed records = top.feed(runner, views.records());
        TFloat32 y = oneHot(views.classes());
        TFloat32 w = vector(views.weights())) {
      adamW.gradients().forEach(runner.feed(targets, y).feed(viewWeights, w)::fetch);
      try (Result result = runner.run()) {
        return VariableValues.values(result);
      }
    }
  }

  private TFloat32 oneHot(int[] of) {
    float[] values = new float[of.length * classes];
    for (int i = 0; i < of.length; i++) {
      values[i * classes + of[i]] = 1;
    }
    return VariableValues.tensor(Shape.of(of.length, classes), values);
  }

  private static TFloat32 vector(float[] values) {
    return VariableValues.tensor(Shape.of(values.length), values);
  }

  /** Copies of the top's weights, then two of each of the head's layers, for scaled embeddings. */
  List<float[]> weights() {
    return learning.read();
  }

  /**
   * @param weights as {@link #weights} returns them
   */
  void assign(List<float[]> weights) {
    learning.assign(weights);
  }

  /** The top's weights as they are. */
  TunedTop top(String backboneId) {
    List<float[]> all = weights();
    List<TunedTop.Weight> its = new ArrayList<>();
    for (int i = 0; i < top.weights().size(); i++) {
      TopGraph.Weight weight = top.weights().get(i);
      List<Integer> shape =
          LongStream.of(weight.shape().asArray()).mapToObj(Math::toIntExact).toList();
      its.add(new TunedTop.Weight(weight.layer(), weight.name(), shape, all.get(i)));
    }
    return new TunedTop(backboneId, its);
  }

  @Override
  public void close() {
    session.close();
  }
}
