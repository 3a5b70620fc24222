package dev.imprint.tensorflow;

import dev.imprint.model.Head;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains softmax heads on embeddings, on the CPU. The same examples in the same order, settings and
 * machine give the same head. Holds nothing between calls; safe for use by several threads at once.
 */
public final class HeadTrainer {
  private static final Logger LOG = LoggerFactory.getLogger(HeadTrainer.class);
  private static final int FEWEST_LABELS = 2;

  private final TensorFlowConfig config;

  public HeadTrainer(TensorFlowConfig config) {
    this.config = config;
  }

  /**
   * Keeps a part of each class back, learns from the rest, and takes the weights that did best on
   * the part kept back.
   *
   * @param backboneId of the backbone that made the embeddings
   * @param examples of at least two labels
   */
  public Head train(String backboneId, LabelledEmbeddings examples, HeadTraining settings) {
    List<String> labels = List.copyOf(new TreeSet<>(examples.labels()));
    if (labels.size() < FEWEST_LABELS) {
      throw new IllegalArgumentException(
          "a head needs examples of at least two labels, there are " + labels);
    }
    Random random = new Random(settings.seed());
    LabelledEmbeddings.Split split = examples.split(settings.validationPart(), random);
    FeatureScaling scaling = FeatureScaling.of(split.training().embeddings());
    float[] classWeights = classWeights(split.training().labels(), labels, settings.balanced());
    try (SoftmaxRegression layer =
        new SoftmaxRegression(scaling, labels.size(), settings, config)) {
      Weights best = fit(layer, split, labels, classWeights, settings, random);
      return new Head(
          backboneId,
          labels,
          scaling.unscaledWeights(best.weights),
          scaling.unscaledBias(best.weights, best.bias));
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Weights(float[] weights, float[] bias) {
    static Weights of(SoftmaxRegression layer) {
      return new Weights(layer.weights(), layer.bias());
    }
  }

  private static Weights fit(
      SoftmaxRegression layer,
      LabelledEmbeddings.Split split,
      List<String> labels,
      float[] classWeights,
      HeadTraining settings,
      Random random) {
    List<Integer> order =
        new ArrayList<>(IntStream.range(0, split.training().size()).boxed().toList());
    // Too few examples to keep any back: then the training part itself tells when to stop.
    LabelledEmbeddings judged =
        split.validation().size() > 0 ? split.validation() : split.training();
    List<Integer> all = IntStream.range(0, judged.size()).boxed().toList();
    Weights best = null;
    float bestLoss = Float.POSITIVE_INFINITY;
    int bestEpoch = 0;
    int epoch = 0;
    while (epoch < settings.epochs() && epoch - bestEpoch < settings.patience()) {
      epoch++;
      Collections.shuffle(order, random);
      for (int from = 0; from < order.size(); from += settings.batchSize()) {
        int to = Math.min(order.size(), from + settings.batchSize());
        layer.learn(batch(split.training(), order.subList(from, to), labels, classWeights));
      }
      float loss = layer.loss(batch(judged, all, labels, classWeights));
      if (loss < bestLoss) {
        best = Weights.of(layer);
        bestLoss = loss;
        bestEpoch = epoch;
      }
    }
    LOG.info(
        "head trained: {} epochs, the best {}, validation loss {}", epoch, bestEpoch, bestLoss);
    if (best == null) {
      throw new IllegalStateException("the loss is not a finite number; lower the learning rate");
    }
    return best;
  }

  private static SoftmaxRegression.Batch batch(
      LabelledEmbeddings examples, List<Integer> chosen, List<String> labels, float[] weights) {
    int[] classes = new int[chosen.size()];
    float[] exampleWeights = new float[chosen.size()];
    for (int i = 0; i < classes.length; i++) {
      classes[i] = Collections.binarySearch(labels, examples.labels().get(chosen.get(i)));
      exampleWeights[i] = weights[classes[i]];
    }
    return new SoftmaxRegression.Batch(
        chosen.stream().map(examples.embeddings()::get).toList(), classes, exampleWeights);
  }

  /** Mean 1 over all examples. */
  private static float[] classWeights(
      List<String> examples, List<String> labels, boolean balanced) {
    float[] weights = new float[labels.size()];
    if (!balanced) {
      Arrays.fill(weights, 1);
      return weights;
    }
    for (int c = 0; c < weights.length; c++) {
      weights[c] =
          (float) examples.size() / labels.size() / Collections.frequency(examples, labels.get(c));
    }
    return weights;
  }
}
