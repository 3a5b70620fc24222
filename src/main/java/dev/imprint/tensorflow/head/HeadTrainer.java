package dev.imprint.tensorflow.head;

import dev.imprint.model.LinearHead;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import dev.imprint.tensorflow.session.TensorFlowRuntime;
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
 * Trains softmax heads on embeddings, on the GPU if the configuration allows it and TensorFlow
 * finds one. On the CPU, the same examples in the same order, settings and machine give the same
 * head. Stateless; thread-safe.
 */
public final class HeadTrainer {
  private static final Logger LOG = LoggerFactory.getLogger(HeadTrainer.class);
  private static final int FEWEST_LABELS = 2;

  /** With fewer, the best epoch would be a matter of luck. */
  private static final int SMALLEST_VALIDATION = 20;

  private final TensorFlowConfig config;

  public HeadTrainer(TensorFlowConfig config) {
    this.config = config;
  }

  /** Called after each epoch, on the training thread. */
  @FunctionalInterface
  public interface EpochListener {
    EpochListener NONE = (epoch, epochs, loss) -> {};

    /**
     * @param epoch from 1
     * @param epochs the maximum number
     * @param loss mean cross-entropy: on the validation part while searching for the number of
     *     epochs, then on the examples just learned
     */
    void epoch(int epoch, int epochs, double loss);
  }

  /**
   * A trained head.
   *
   * @param epochs that it was trained for
   * @param device cpu or gpu
   */
  public record Trained(LinearHead head, int epochs, String device) {}

  /**
   * Learns from the training part until early stopping on the validation part, then starts over and
   * learns from both for as many epochs: examples are too valuable to use only for validation. With
   * a validation part of fewer than {@value #SMALLEST_VALIDATION}, it learns from both for all
   * epochs.
   *
   * @param backboneId of the backbone that computed the embeddings
   * @param training including validation, at least two labels
   * @param validation may be empty
   * @throws InterruptedException if the thread was interrupted, within a step
   * @throws IllegalStateException if the loss is not a finite number
   */
  public Trained train(
      String backboneId,
      LabelledEmbeddings training,
      LabelledEmbeddings validation,
      HeadTraining settings,
      EpochListener progress)
      throws InterruptedException {
    LabelledEmbeddings all = training.and(validation);
    List<String> labels = List.copyOf(new TreeSet<>(all.labels()));
    if (labels.size() < FEWEST_LABELS) {
      throw new IllegalArgumentException(
          "a head needs examples of at least two labels, but there are " + labels);
    }
    int epochs = settings.epochs();
    if (validation.size() >= SMALLEST_VALIDATION) {
      epochs = bestEpoch(labels, training, validation, settings, progress);
    }
    FeatureScaling scaling = FeatureScaling.of(all.embeddings());
    ClassifiedExamples examples = ClassifiedExamples.of(all, labels, settings.balanced());
    try (SoftmaxRegression layer =
        new SoftmaxRegression(scaling, labels.size(), settings, config)) {
      Random random = new Random(settings.seed());
      for (int epoch = 1; epoch <= epochs; epoch++) {
        progress.epoch(epoch, epochs, learn(layer, examples, settings, random));
      }
      LOG.info("Head trained for {} epochs", epochs);
      float[] weights = layer.weights();
      LinearHead head =
          new LinearHead(
              backboneId,
              labels,
              scaling.unscaledWeights(weights),
              scaling.unscaledBias(weights, layer.bias()));
      return new Trained(head, epochs, TensorFlowRuntime.device(config));
    }
  }

  private int bestEpoch(
      List<String> labels,
      LabelledEmbeddings training,
      LabelledEmbeddings validation,
      HeadTraining settings,
      EpochListener progress)
      throws InterruptedException {
    ClassifiedExamples examples = ClassifiedExamples.of(training, labels, settings.balanced());
    ClassifiedExamples judged = ClassifiedExamples.of(validation, labels, settings.balanced());
    FeatureScaling scaling = FeatureScaling.of(training.embeddings());
    int best = 0;
    double bestLoss = Double.POSITIVE_INFINITY;
    try (SoftmaxRegression layer =
        new SoftmaxRegression(scaling, labels.size(), settings, config)) {
      Random random = new Random(settings.seed());
      int epoch = 0;
      while (epoch < settings.epochs() && epoch - best < settings.patience()) {
        epoch++;
        learn(layer, examples, settings, random);
        double loss = layer.loss(judged);
        progress.epoch(epoch, settings.epochs(), loss);
        if (loss < bestLoss) {
          bestLoss = loss;
          best = epoch;
        }
      }
    }
    LOG.info("Validation loss is best after {} epochs: {}", best, bestLoss);
    if (best == 0) {
      throw new IllegalStateException("the loss is not a finite number; lower the learning rate");
    }
    return best;
  }

  /** One epoch; returns the mean loss during it. */
  private static double learn(
      SoftmaxRegression layer, ClassifiedExamples examples, HeadTraining settings, Random random)
      throws InterruptedException {
    int[] order = shuffled(examples.size(), random);
    int batch = settings.batchSize(examples.size());
    double loss = 0;
    for (int from = 0; from < order.length; from += batch) {
      if (Thread.interrupted()) {
        throw new InterruptedException("training was stopped");
      }
      int to = Math.min(order.length, from + batch);
      loss += layer.learn(examples, Arrays.copyOfRange(order, from, to));
    }
    return loss / examples.totalWeight();
  }

  private static int[] shuffled(int size, Random random) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, size).boxed().toList());
    Collections.shuffle(order, random);
    return order.stream().mapToInt(Integer::intValue).toArray();
  }
}
