package dev.imprint.training;

import static dev.imprint.model.InvalidSettingException.unless;

import dev.imprint.model.InvalidSettingException;
import dev.imprint.tensorflow.head.HeadTraining;
import java.util.Map;

/**
 * The settings under {@code training}: when a head is trained, how, and which requirements it must
 * meet. With {@code newLabels} and {@code maxWaitMinutes} both 0, a head is trained only on
 * command.
 *
 * @param enabled whether this instance may lead: train, and decide what serves
 * @param newLabels labels since the last training that start one; 0 for never
 * @param maxWaitMinutes longest that a new label waits for a training; 0 for no limit
 * @param epochs {@link HeadTraining#epochs()}; likewise {@code patience} to {@code seed}
 */
public record TrainingConfig(
    boolean enabled,
    int newLabels,
    int maxWaitMinutes,
    int epochs,
    int patience,
    int batchSize,
    float learningRate,
    float weightDecay,
    boolean balanced,
    long seed,
    GateConfig gate) {
  static final String EPOCHS_TRAINED = "epochs_trained";

  public static final TrainingConfig DEFAULTS =
      new TrainingConfig(true, 50, 60, 200, 15, 64, 0.0005f, 0.01f, true, 1, GateConfig.DEFAULTS);

  /**
   * @throws InvalidSettingException naming key, value and fix
   */
  public TrainingConfig {
    unless(newLabels >= 0, "training.new_labels", newLabels, "set 0 (never) or more labels");
    unless(
        maxWaitMinutes >= 0,
        "training.max_wait_minutes",
        maxWaitMinutes,
        "set 0 (no limit) or more minutes");
    // Its constructor checks the others.
    new HeadTraining(epochs, patience, batchSize, learningRate, weightDecay, balanced, seed);
  }

  /** The same with another seed. */
  public TrainingConfig withSeed(long other) {
    return new TrainingConfig(
        enabled,
        newLabels,
        maxWaitMinutes,
        epochs,
        patience,
        batchSize,
        learningRate,
        weightDecay,
        balanced,
        other,
        gate);
  }

  HeadTraining head() {
    return new HeadTraining(epochs, patience, batchSize, learningRate, weightDecay, balanced, seed);
  }

  /** How a version was trained, for its record, by key of the configuration. */
  Map<String, String> asMap(int epochsTrained) {
    return Map.of(
        "epochs",
        String.valueOf(epochs),
        EPOCHS_TRAINED,
        String.valueOf(epochsTrained),
        "patience",
        String.valueOf(patience),
        "batch_size",
        String.valueOf(batchSize),
        "learning_rate",
        String.valueOf(learningRate),
        "weight_decay",
        String.valueOf(weightDecay),
        "balanced",
        String.valueOf(balanced));
  }
}
