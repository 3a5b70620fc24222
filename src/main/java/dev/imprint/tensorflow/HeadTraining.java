package dev.imprint.tensorflow;

/**
 * How a head is trained.
 *
 * @param epochs passes over the training part, at most
 * @param patience epochs without a better validation loss after which training stops
 * @param batchSize examples a step
 * @param learningRate of Adam
 * @param weightDecay factor of half the weights' squared norm in the loss
 * @param validationPart of each class that is kept back to tell when to stop, in 0..0.5
 * @param balanced whether each class counts alike in the loss, however many examples it has
 * @param seed of the split and of the order of examples
 */
public record HeadTraining(
    int epochs,
    int patience,
    int batchSize,
    float learningRate,
    float weightDecay,
    double validationPart,
    boolean balanced,
    long seed) {

  public HeadTraining {
    require(epochs >= 1, "epochs", epochs, "at least 1");
    require(patience >= 1, "patience", patience, "at least 1");
    require(batchSize >= 1, "batch_size", batchSize, "at least 1");
    require(learningRate > 0 && learningRate <= 1, "learning_rate", learningRate, "in 0..1");
    require(weightDecay >= 0 && weightDecay <= 1, "weight_decay", weightDecay, "in 0..1");
    require(
        validationPart >= 0 && validationPart <= 0.5,
        "validation_part",
        validationPart,
        "in 0..0.5");
  }

  private static void require(boolean holds, String key, Number value, String range) {
    if (!holds) {
      throw new IllegalArgumentException(
          "training.%s is %s; set it %s".formatted(key, value, range));
    }
  }

  /** At most 200 epochs, patience 15, batches of 64, Adam at 0.001, decay 0.001, 10 %, balanced. */
  public static HeadTraining withSeed(long seed) {
    return new HeadTraining(200, 15, 64, 0.001f, 0.001f, 0.1, true, seed);
  }
}
