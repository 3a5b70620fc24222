package dev.imprint.tensorflow.tuning;

import dev.imprint.tensorflow.head.Epoch;
import dev.imprint.tensorflow.head.HeadTraining;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The epochs in which the top and the head learn together, until the validation loss gets no
 * better; then the best weights, or the mean of the best. An epoch shows each example once, in a
 * new order: the picture itself and its altered views take turns. For a single use.
 */
final class EpochLoop {
  private static final Logger LOG = LoggerFactory.getLogger(EpochLoop.class);

  /** With fewer, the best epoch would be a matter of luck. */
  private static final int SMALLEST_VALIDATION = 20;

  private final TopTraining training;
  private final ViewedExamples viewed;
  private final FineTuneSettings settings;
  private final TuningProgress.Listener progress;
  private final int learned;
  private final int[] judged;
  private final float[] learnedWeights;
  private final float[] judgedWeights;
  private final Random random;

  /**
   * @param chosen of the validation part; null without one
   * @param averaged whether the weights are the mean of several epochs'
   */
  record Result(
      List<Epoch.Validation> epochs, Epoch.@Nullable Validation chosen, boolean averaged) {
    Result {
      epochs = List.copyOf(epochs);
    }
  }

  /**
   * @param head for its seed, and how much each class counts in the loss
   */
  EpochLoop(
      TopTraining training,
      ViewedExamples viewed,
      FineTuneSettings settings,
      HeadTraining head,
      TuningProgress.Listener progress) {
    this.training = training;
    this.viewed = viewed;
    this.settings = settings;
    this.progress = progress;
    learned = viewed.inEpoch(0).length;
    int[] validation = viewed.validation();
    judged = validation.length < SMALLEST_VALIDATION ? new int[0] : validation;
    learnedWeights = viewed.weights(viewed.inEpoch(0), head.classWeights());
    judgedWeights = viewed.weights(judged, head.classWeights());
    random = new Random(head.seed());
  }

  /**
   * Trains, and leaves the chosen weights in place.
   *
   * @throws IllegalStateException if the loss is not a finite number
   */
  Result run() throws IOException, InterruptedException {
    long stepsAnEpoch = (learned + settings.batchSize() - 1) / settings.batchSize();
    LearningRate rate = LearningRate.of(settings, stepsAnEpoch * settings.epochs());
    Checkpoints checkpoints = new Checkpoints(settings.averaged());
    List<Epoch.Validation> validations = new ArrayList<>();
    for (int epoch = 1; epoch <= settings.epochs(); epoch++) {
      double loss = epoch(epoch, rate, stepsAnEpoch);
      Epoch.Validation validation = validate();
      // Without a validation part, later epochs are taken to be better.
      double rank = validation == null ? -epoch : validation.loss();
      requireFinite(loss, rank);
      checkpoints.add(epoch, rank, training.weights());
      if (validation != null) {
        validations.add(validation);
      }
      Epoch ended = new Epoch(Epoch.Phase.TUNING, epoch, settings.epochs(), loss, validation);
      LOG.info("{}", ended);
      progress.progress(progress(stepsAnEpoch * epoch, stepsAnEpoch, epoch, loss, ended));
      if (epoch - checkpoints.bestEpoch() >= settings.patience()) {
        break;
      }
    }
    return choose(checkpoints, validations);
  }

  private TuningProgress progress(
      long done, long stepsAnEpoch, int epoch, double loss, @Nullable Epoch ended) {
    long all = stepsAnEpoch * settings.epochs();
    return new TuningProgress(TuningProgress.Phase.TUNING, done, all, epoch, loss, ended);
  }

  private double epoch(int epoch, LearningRate rate, long stepsAnEpoch)
      throws IOException, InterruptedException {
    int[] order = shuffled(viewed.inEpoch(epoch));
    double loss = 0;
    double weight = 0;
    for (int step = 0; step < stepsAnEpoch; step++) {
      if (Thread.interrupted()) {
        throw new InterruptedException("fine-tuning was stopped");
      }
      int from = step * settings.batchSize();
      TopTraining.Views batch =
          viewed.batch(
              Arrays.copyOfRange(order, from, Math.min(order.length, from + settings.batchSize())),
              learnedWeights);
      long done = stepsAnEpoch * (epoch - 1) + step;
      loss += training.learn(batch, rate.at(done)).lossSum();
      weight += sum(batch.weights());
      progress.progress(progress(done + 1, stepsAnEpoch, epoch, loss / weight, null));
    }
    return loss / weight;
  }

  private int[] shuffled(int[] records) {
    List<Integer> order = new ArrayList<>(IntStream.of(records).boxed().toList());
    Collections.shuffle(order, random);
    return order.stream().mapToInt(Integer::intValue).toArray();
  }

  private static double sum(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum;
  }

  private static void requireFinite(double loss, double rank) {
    if (!Double.isFinite(loss) || !Double.isFinite(rank)) {
      throw new IllegalStateException(
          "the loss is not a finite number: lower training.fine_tune.learning_rate");
    }
  }

  /** Null if there are too few examples for it. */
  Epoch.@Nullable Validation validate() throws IOException {
    if (judged.length == 0) {
      return null;
    }
    double loss = 0;
    double right = 0;
    double weight = 0;
    for (int from = 0; from < judged.length; from += settings.batchSize()) {
      int to = Math.min(judged.length, from + settings.batchSize());
      TopTraining.Views batch = viewed.batch(Arrays.copyOfRange(judged, from, to), judgedWeights);
      TopTraining.Answers answers = training.judge(batch);
      loss += answers.lossSum();
      right += answers.right();
      weight += sum(batch.weights());
    }
    return new Epoch.Validation(loss / weight, right / judged.length);
  }

  private Result choose(Checkpoints checkpoints, List<Epoch.Validation> validations)
      throws IOException {
    training.assign(checkpoints.mean());
    Epoch.Validation ofMean = validate();
    boolean averaged = settings.averaged() > 1;
    if (ofMean == null || !averaged || ofMean.loss() < checkpoints.bestLoss()) {
      return new Result(validations, ofMean, averaged);
    }
    training.assign(checkpoints.best());
    return new Result(validations, validate(), false);
  }
}
