package dev.imprint.tensorflow.head;

import static dev.imprint.model.InvalidSettingException.unless;

import dev.imprint.model.InvalidSettingException;
import java.util.Locale;

/**
 * How a head is trained.
 *
 * @param epochs maximum number of passes over the training part
 * @param patience epochs without a better validation loss after which training stops
 * @param batchSize examples per step; changed if an epoch would have fewer than {@value
 *     #FEWEST_STEPS} or more than {@value #MOST_STEPS} steps, or a batch norm too few examples
 * @param momentum of RMSprop and SGD
 * @param weightDecay factor of half the squared norm of the weights (not biases) in the loss; with
 *     AdamW the share of the learning rate by which a step shrinks them
 * @param labelSmoothing share of each target that is spread evenly over all classes
 * @param seed for the order of examples, the first weights of hidden layers, and dropout
 */
public record HeadTraining(
    int epochs,
    int patience,
    int batchSize,
    Optimizer optimizer,
    float learningRate,
    float momentum,
    float weightDecay,
    float labelSmoothing,
    ClassWeights classWeights,
    HiddenLayers hidden,
    long seed) {
  /** Minimum steps per epoch, so that a few examples are learned at the same rate as many. */
  static final int FEWEST_STEPS = 20;

  /** Maximum steps per epoch, so that very many examples take few large steps, not an hour. */
  static final int MOST_STEPS = 200;

  /** Fewest examples whose mean and variance say something, for batch norms. */
  private static final int NORMALIZED_TOGETHER = 16;

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
        momentum >= 0 && momentum < 1,
        "training.momentum",
        momentum,
        "set 0 (none) or a value below 1");
    unless(
        momentum == 0 || optimizer.takesMomentum(),
        "training.momentum",
        momentum,
        "set 0, because training.optimizer is %s: only rmsprop and sgd take one"
            .formatted(optimizer.name().toLowerCase(Locale.ROOT)));
    unless(
        weightDecay >= 0 && weightDecay <= 1,
        "training.weight_decay",
        weightDecay,
        "set 0 (none) to 1");
    unless(
        labelSmoothing >= 0 && labelSmoothing < 1,
        "training.label_smoothing",
        labelSmoothing,
        "set 0 (none) or a share below 1");
  }

  /** The settings that an installation begins with. */
  public static HeadTraining withSeed(long seed) {
    return new HeadTraining(
        200,
        15,
        64,
        Optimizer.ADAM,
        0.0005f,
        0,
        0.01f,
        0,
        ClassWeights.BALANCED,
        HiddenLayers.NONE,
        seed);
  }

  /** The same with another learning rate. */
  public HeadTraining withLearningRate(float other) {
    return with(other, weightDecay, classWeights, hidden, seed);
  }

  /** The same with another weight decay. */
  public HeadTraining withWeightDecay(float other) {
    return with(learningRate, other, classWeights, hidden, seed);
  }

  /** The same with other class weights. */
  public HeadTraining withClassWeights(ClassWeights other) {
    return with(learningRate, weightDecay, other, hidden, seed);
  }

  /** The same with hidden layers. */
  public HeadTraining withHidden(HiddenLayers other) {
    return with(learningRate, weightDecay, classWeights, other, seed);
  }

  /** The same with another seed. */
  public HeadTraining withSeedOf(long other) {
    return with(learningRate, weightDecay, classWeights, hidden, other);
  }

  private HeadTraining with(
      float rate, float decay, ClassWeights weights, HiddenLayers layers, long itsSeed) {
    return new HeadTraining(
        epochs,
        patience,
        batchSize,
        optimizer,
        rate,
        momentum,
        decay,
        labelSmoothing,
        weights,
        layers,
        itsSeed);
  }

  /** Examples per step for this total number. */
  int batchSize(int examples) {
    int most = Math.max(1, examples / FEWEST_STEPS);
    int least = (examples + MOST_STEPS - 1) / MOST_STEPS;
    int size = Math.max(least, Math.min(most, batchSize));
    return hidden.batchNorm() && !hidden.units().isEmpty()
        ? Math.max(size, Math.min(examples, NORMALIZED_TOGETHER))
        : size;
  }
}
