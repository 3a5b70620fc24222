package dev.imprint.tensorflow.head;

import dev.imprint.model.head.DenseHead;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import dev.imprint.tensorflow.session.TensorFlowRuntime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains heads on embeddings, on the GPU if the configuration allows it and TensorFlow finds one.
 * On the CPU, the same examples in the same order, settings and machine give the same head.
 * Stateless; thread-safe.
 */
public final class HeadTrainer {
  private static final Logger LOG = LoggerFactory.getLogger(HeadTrainer.class);
  private static final int FEWEST_LABELS = 2;

  /** With fewer, the best epoch would be a matter of luck. */
  private static final int SMALLEST_VALIDATION = 20;

  /** Of self-training; more of either changes nothing that can be measured. */
  private static final int ROUNDS = 3;

  private static final int EPOCHS_A_ROUND = 60;

  private final TensorFlowConfig config;

  public HeadTrainer(TensorFlowConfig config) {
    this.config = config;
  }

  /** Called after each epoch, on the training thread. */
  @FunctionalInterface
  public interface EpochListener {
    EpochListener NONE = epoch -> {};

    void epoch(Epoch epoch);
  }

  /**
   * A trained head.
   *
   * @param folds heads that have learned from all but one fold, by fold; each knows the labels of
   *     its examples
   * @param epochs that it was trained for
   * @param device cpu or gpu
   */
  public record Trained(DenseHead head, List<DenseHead> folds, int epochs, String device) {
    public Trained {
      folds = List.copyOf(folds);
    }

    /** The same answers at another temperature. */
    public Trained dividedBy(double temperature) {
      return new Trained(
          head.dividedBy(temperature),
          folds.stream().map(fold -> fold.dividedBy(temperature)).toList(),
          epochs,
          device);
    }
  }

  /** Of TensorFlow, for every training. */
  public TensorFlowConfig config() {
    return config;
  }

  /**
   * Learns from the training part until early stopping on the validation part, then starts over and
   * learns from both for as many epochs: examples are too valuable to use only for validation. With
   * a validation part of fewer than {@value #SMALLEST_VALIDATION}, it learns from both for all
   * epochs. Unlabelled pictures are not used.
   *
   * @param backboneId of the backbone that computed the embeddings
   * @throws InterruptedException if the thread was interrupted, within a step
   * @throws IllegalStateException if the loss is not a finite number
   */
  public Trained train(
      String backboneId, TrainingData data, HeadTraining settings, EpochListener progress)
      throws InterruptedException {
    List<String> labels = labels(data);
    if (labels.size() < FEWEST_LABELS) {
      throw new IllegalArgumentException(
          "a head needs examples of at least two labels, but there are " + labels);
    }
    int epochs = settings.epochs();
    if (data.validation().size() >= SMALLEST_VALIDATION) {
      epochs = bestEpoch(labels, data, settings, progress);
    }
    Trained trained = trained(fit(backboneId, data, null, epochs, settings, progress), epochs);
    LOG.info("Head trained for {} epochs", epochs);
    return trained;
  }

  /**
   * Goes on with the unlabelled pictures: {@value #ROUNDS} rounds, in each of which every head
   * starts over and learns from the labels, and for half of the loss from what it took the pictures
   * for in the round before.
   *
   * @param before what {@link #train} made of the same data and settings
   */
  public Trained selfTrain(
      Trained before, TrainingData data, HeadTraining settings, EpochListener progress)
      throws InterruptedException {
    List<String> labels = labels(data);
    Trained trained = before;
    for (int round = 0; round < ROUNDS; round++) {
      List<DenseHead> heads = new ArrayList<>(List.of(trained.head()));
      heads.addAll(trained.folds());
      SoftLabels soft = SoftLabels.of(data.unlabelled(), heads, labels);
      int epochs = Math.min(EPOCHS_A_ROUND, before.epochs());
      trained =
          trained(
              fit(before.head().backboneId(), data, soft, epochs, settings, progress),
              before.epochs());
    }
    return trained;
  }

  /**
   * Tries settings: trains heads that each leave out a fold, and has them answer it.
   *
   * @param data with folds, each example hidden from at least one
   * @param outOfTime asked after each epoch
   * @return null if there was not enough time
   */
  public @Nullable CrossValidation crossValidate(
      TrainingData data, HeadTraining settings, EpochListener progress, BooleanSupplier outOfTime)
      throws InterruptedException {
    return CrossValidation.of(data, settings, config, progress, outOfTime);
  }

  private Trained trained(List<DenseHead> heads, int epochs) {
    return new Trained(
        heads.get(0), heads.subList(1, heads.size()), epochs, TensorFlowRuntime.device(config));
  }

  static List<String> labels(TrainingData data) {
    return List.copyOf(new TreeSet<>(data.all().labels()));
  }

  /** The head on all examples, then one for each fold. */
  private List<DenseHead> fit(
      String backboneId,
      TrainingData data,
      @Nullable SoftLabels soft,
      int epochs,
      HeadTraining settings,
      EpochListener progress)
      throws InterruptedException {
    Epoch.Phase phase = soft == null ? Epoch.Phase.FIT : Epoch.Phase.SELF_TRAINING;
    LabelledEmbeddings all = data.all();
    List<String> labels = labels(data);
    FeatureScaling scaling = FeatureScaling.of(all.embeddings(), data.perLabel());
    ClassifiedExamples examples =
        ClassifiedExamples.of(all, labels, settings.classWeights(), data.folds());
    try (LearningHeads learning =
        new LearningHeads(scaling, labels.size(), examples.heads(), settings, config)) {
      Random random = new Random(settings.seed());
      for (int epoch = 1; epoch <= epochs; epoch++) {
        double loss = learn(learning, examples, epoch, soft, settings, random);
        progress.epoch(new Epoch(phase, epoch, epochs, loss, null));
      }
      List<DenseHead> heads = new ArrayList<>(learning.heads(backboneId, labels));
      for (int fold = 0; fold < data.folds().count(); fold++) {
        List<String> its = data.folds().labelsWithout(fold, all.labels());
        heads.set(1 + fold, heads.get(1 + fold).of(its));
      }
      return heads;
    }
  }

  private int bestEpoch(
      List<String> labels, TrainingData data, HeadTraining settings, EpochListener progress)
      throws InterruptedException {
    ClassifiedExamples examples =
        ClassifiedExamples.of(data.training(), labels, settings.classWeights(), Folds.NONE);
    ClassifiedExamples judged =
        ClassifiedExamples.of(data.validation(), labels, settings.classWeights(), Folds.NONE);
    FeatureScaling scaling = FeatureScaling.of(data.training().embeddings(), data.perLabel());
    int best = 0;
    double bestLoss = Double.POSITIVE_INFINITY;
    try (LearningHeads head = new LearningHeads(scaling, labels.size(), 1, settings, config)) {
      Random random = new Random(settings.seed());
      int epoch = 0;
      while (epoch < settings.epochs() && epoch - best < settings.patience()) {
        epoch++;
        double loss = learn(head, examples, epoch, null, settings, random);
        Epoch.Validation validation = head.validate(judged);
        progress.epoch(new Epoch(Epoch.Phase.SEARCH, epoch, settings.epochs(), loss, validation));
        if (validation.loss() < bestLoss) {
          bestLoss = validation.loss();
          best = epoch;
        }
      }
    }
    LOG.info("Validation loss is best after {} epochs: {}", best, bestLoss);
    if (best == 0) {
      throw new IllegalStateException(
          "the loss is not a finite number: lower training.learning_rate");
    }
    return best;
  }

  /** One epoch; returns the mean loss during it. */
  static double learn(
      LearningHeads heads,
      ClassifiedExamples examples,
      int epoch,
      @Nullable SoftLabels soft,
      HeadTraining settings,
      Random random)
      throws InterruptedException {
    int[] order = shuffled(examples.size(), random);
    int[] unlabelled = soft == null ? new int[0] : shuffled(soft.size(), random);
    int size = settings.batchSize(examples.size());
    int steps = (order.length + size - 1) / size;
    double loss = 0;
    for (int step = 0; step < steps; step++) {
      if (Thread.interrupted()) {
        throw new InterruptedException("training was stopped");
      }
      int from = step * size;
      Batch batch =
          examples.shown(
              Arrays.copyOfRange(order, from, Math.min(order.length, from + size)),
              epoch,
              settings.labelSmoothing());
      int[] added = part(unlabelled, step, steps);
      loss +=
          heads.learn(soft == null || added.length == 0 ? batch : batch.halfAnd(soft.batch(added)));
    }
    return loss / examples.totalWeight();
  }

  /** One of so many parts of nearly the same size. */
  private static int[] part(int[] all, int number, int parts) {
    return Arrays.copyOfRange(
        all,
        (int) ((long) all.length * number / parts),
        (int) ((long) all.length * (number + 1) / parts));
  }

  private static int[] shuffled(int size, Random random) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, size).boxed().toList());
    Collections.shuffle(order, random);
    return order.stream().mapToInt(Integer::intValue).toArray();
  }
}
