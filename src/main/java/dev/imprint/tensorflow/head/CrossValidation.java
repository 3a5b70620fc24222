package dev.imprint.tensorflow.head;

import dev.imprint.tensorflow.session.TensorFlowConfig;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How well settings do: examples answered by heads that have not learned from them, after as many
 * epochs as are best.
 *
 * @param losses cross-entropy of each example, times its weight: half of all weight is the same for
 *     each example, half is the same for each label. Accuracy goes by the first, macro F1 by the
 *     second. The weights' mean is 1.
 * @param accuracy share of right answers, in 0..1
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record CrossValidation(int epochs, double[] losses, double accuracy) {
  /** Of a label that the answering head has never seen: as if it gave it one in a million. */
  private static final double HIGHEST = Math.log(1e6);

  private static final int ERRORS = 2;

  /** The mean of all losses; 0 is best. */
  public double loss() {
    double sum = 0;
    for (double each : losses) {
      sum += each;
    }
    return sum / losses.length;
  }

  /**
   * Whether its loss is lower by more than two standard errors of the difference. Less may be
   * chance, of which the best of several has most.
   *
   * @param other of the same examples
   */
  public boolean isBetterThan(CrossValidation other) {
    int n = losses.length;
    double mean = other.loss() - loss();
    double squares = 0;
    for (int i = 0; i < n; i++) {
      double apart = other.losses[i] - losses[i] - mean;
      squares += apart * apart;
    }
    return mean > ERRORS * Math.sqrt(squares / n / n);
  }

  /**
   * @param data each example hidden from at least one fold
   * @param outOfTime asked after each epoch
   * @return null if there was not enough time
   */
  static @Nullable CrossValidation of(
      TrainingData data,
      HeadTraining settings,
      TensorFlowConfig config,
      HeadTrainer.EpochListener progress,
      BooleanSupplier outOfTime)
      throws InterruptedException {
    LabelledEmbeddings all = data.all();
    List<String> labels = HeadTrainer.labels(data);
    ClassifiedExamples examples =
        ClassifiedExamples.of(all, labels, settings.classWeights(), data.folds());
    double[] weights = weights(all, labels);
    FeatureScaling scaling = FeatureScaling.of(all.embeddings(), data.perLabel());
    CrossValidation best = null;
    try (LearningHeads heads =
        new LearningHeads(scaling, labels.size(), examples.heads(), settings, config)) {
      Random random = new Random(settings.seed());
      for (int epoch = 1; epoch <= settings.epochs(); epoch++) {
        double learned = HeadTrainer.learn(heads, examples, epoch, null, settings, random);
        CrossValidation now = weighted(epoch, heads.unseen(examples), weights);
        progress.epoch(
            new Epoch(
                Epoch.Phase.TRIAL,
                epoch,
                settings.epochs(),
                learned,
                new Epoch.Validation(now.loss(), now.accuracy())));
        if (outOfTime.getAsBoolean()) {
          return null;
        }
        if (best == null || now.loss() < best.loss()) {
          best = now;
        }
        if (epoch - best.epochs() >= settings.patience()) {
          break;
        }
      }
    }
    return best;
  }

  private static double[] weights(LabelledEmbeddings all, List<String> labels) {
    int[] counts = new int[labels.size()];
    int[] classes = all.labels().stream().mapToInt(labels::indexOf).toArray();
    for (int c : classes) {
      counts[c]++;
    }
    double[] weights = new double[classes.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = 0.5 + 0.5 * classes.length / labels.size() / counts[classes[i]];
    }
    return weights;
  }

  private static CrossValidation weighted(
      int epoch, LearningHeads.Unseen unseen, double[] weights) {
    double[] losses = new double[weights.length];
    for (int i = 0; i < losses.length; i++) {
      double loss = unseen.losses()[i];
      losses[i] = weights[i] * (loss < HIGHEST ? loss : HIGHEST); // also if it is no number
    }
    return new CrossValidation(epoch, losses, unseen.accuracy());
  }
}
