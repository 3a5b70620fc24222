package dev.imprint.tensorflow.head;

import static dev.imprint.model.InvalidSettingException.unless;

import dev.imprint.model.InvalidSettingException;

/**
 * How a head is trained.
 *
 * @param epochs maximum number of passes over the training part
 * @param patience epochs without a better validation loss after which training stops
 * @param batchSize examples per step; changed if an epoch would have fewer than {@value
 *     #FEWEST_STEPS} or more than {@value #MOST_STEPS} steps
 * @param learningRate of Adam
 * @param weightDecay factor of half the weights' squared norm in the loss
 * @param balanced whether each class counts the same in the loss, however many examples it has
 * @param seed for the order of examples
 */
public record HeadTraining(
    int epochs,
    int patience,
    int batchSize,
    float learningRate,
    float weightDecay,
    boolean balanced,
    long seed) {
  /** Minimum steps per epoch, so that a few examples are learned at the same rate as many. */
  static final int FEWEST_STEPS = 20;

  /** Maximum steps per epoch, so that very many examples take few large steps, not an hour. */
  static final int MOST_STEPS = 200;

  /**
   * @throws InvalidSettingException naming key, value and fix
   */
  public HeadTraining {
    unless(epochs >= 1, "training.epochs", epochs, "set at least 1");
    unless(patience >= 1, "training.patience", patience, "set at least 1");
    unless(batchSize >= 1, "training.batch_size", batchSize, "set at least 1 example");
    unless(
        learningRate > 0 && learningRate <= 1,
        "training.learning_rate",
        learningRate,
        "set a value above 0 and at most 1");
    unless(
        weightDecay >= 0 && weightDecay <= 1,
        "training.weight_decay",
        weightDecay,
        "set 0 (none) to 1");
  }

  /** At most 200 epochs, patience 15, batches of 64, Adam at 0.0005, decay 0.01, balanced. */
  public static HeadTraining withSeed(long seed) {
    return new HeadTraining(200, 15, 64, 0.0005f, 0.01f, true, seed);
  }

  /** Examples per step for this total number. */
  int batchSize(int examples) {
    int most = Math.max(1, examples / FEWEST_STEPS);
    int least = (examples + MOST_STEPS - 1) / MOST_STEPS;
    return Math.max(least, Math.min(most, batchSize));
  }
}
