package dev.imprint.training;

import static dev.imprint.model.InvalidSettingException.unless;

import dev.imprint.augmentation.Augmentation;
import dev.imprint.augmentation.Recipe;
import dev.imprint.model.InvalidSettingException;
import dev.imprint.tensorflow.head.ClassWeights;
import dev.imprint.tensorflow.head.HeadTraining;
import dev.imprint.tensorflow.head.HiddenLayers;
import dev.imprint.tensorflow.head.Optimizer;
import dev.imprint.training.selection.GateConfig;

/**
 * The settings under {@code training}: when a head is trained, how, and which requirements it must
 * meet. With {@code newLabels} and {@code maxWaitMinutes} both 0, a head is trained only on
 * command.
 *
 * @param enabled whether this instance may lead: train, and decide what serves
 * @param newLabels labels since the last training that start one; 0 for never
 * @param minWaitMinutes shortest time between two trainings without a command
 * @param maxWaitMinutes longest that a new label waits for a training run; 0 for no limit
 * @param accuracyDrop of the live accuracy that lets a fifth of the labels start a training; 0 for
 *     none
 * @param maxBackoff how many times as long to wait at most if trainings bring nothing
 * @param epochs {@link HeadTraining#epochs()}; likewise {@code patience} to {@code seed}, which
 *     views are drawn by, too
 * @param search whether some of these are chosen by cross-validation instead
 * @param searchSeconds longest that this takes
 */
public record TrainingConfig(
    boolean enabled,
    int newLabels,
    int minWaitMinutes,
    int maxWaitMinutes,
    double accuracyDrop,
    int maxBackoff,
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
    boolean search,
    int searchSeconds,
    long seed,
    Augmentation augmentation,
    FineTuneConfig fineTune,
    GateConfig gate) {
  private static final int MOST_BACKOFF = 1024;
  private static final int MOST_SECONDS = 86_400;

  public static final TrainingConfig DEFAULTS =
      new TrainingConfig(
          true,
          50,
          0,
          60,
          0,
          8,
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
          false,
          60,
          1,
          Augmentation.DEFAULTS,
          FineTuneConfig.DEFAULTS,
          GateConfig.DEFAULTS);

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
    unless(
        minWaitMinutes >= 0 && (maxWaitMinutes == 0 || minWaitMinutes <= maxWaitMinutes),
        "training.min_wait_minutes",
        minWaitMinutes,
        maxWaitMinutes == 0
            ? "set 0 (no limit) or more minutes"
            : "set 0 (no limit) to training.max_wait_minutes, %d".formatted(maxWaitMinutes));
    unless(
        accuracyDrop >= 0 && accuracyDrop < 1,
        "training.accuracy_drop",
        accuracyDrop,
        "set 0 (never) or a value below 1");
    unless(
        maxBackoff >= 1 && maxBackoff <= MOST_BACKOFF,
        "training.max_backoff",
        maxBackoff,
        "set 1 (never wait longer) to %d times".formatted(MOST_BACKOFF));
    unless(
        searchSeconds >= 1 && searchSeconds <= MOST_SECONDS,
        "training.search_seconds",
        searchSeconds,
        "set 1 to %,d".formatted(MOST_SECONDS));
    // Its constructor checks the others.
    new HeadTraining(
        epochs,
        patience,
        batchSize,
        optimizer,
        learningRate,
        momentum,
        weightDecay,
        labelSmoothing,
        classWeights,
        hidden,
        seed);
  }

  /** The same with another seed. */
  public TrainingConfig withSeed(long other) {
    return withHead(head().withSeedOf(other));
  }

  /** The same with other settings of the head. */
  public TrainingConfig withHead(HeadTraining other) {
    return with(other, search, searchSeconds, augmentation, fineTune, gate);
  }

  /** The same, but with a search for better settings. */
  public TrainingConfig searching(int seconds) {
    return with(head(), true, seconds, augmentation, fineTune, gate);
  }

  /** The same with another augmentation. */
  public TrainingConfig withAugmentation(Augmentation other) {
    return with(head(), search, searchSeconds, other, fineTune, gate);
  }

  /** The same with another gate. */
  public TrainingConfig withGate(GateConfig other) {
    return with(head(), search, searchSeconds, augmentation, fineTune, other);
  }

  /** The same with other settings of fine-tuning. */
  TrainingConfig withFineTune(FineTuneConfig other) {
    return with(head(), search, searchSeconds, augmentation, other, gate);
  }

  private TrainingConfig with(
      HeadTraining itsHead,
      boolean searches,
      int seconds,
      Augmentation itsViews,
      FineTuneConfig itsTuning,
      GateConfig itsGate) {
    return new TrainingConfig(
        enabled,
        newLabels,
        minWaitMinutes,
        maxWaitMinutes,
        accuracyDrop,
        maxBackoff,
        itsHead.epochs(),
        itsHead.patience(),
        itsHead.batchSize(),
        itsHead.optimizer(),
        itsHead.learningRate(),
        itsHead.momentum(),
        itsHead.weightDecay(),
        itsHead.labelSmoothing(),
        itsHead.classWeights(),
        itsHead.hidden(),
        searches,
        seconds,
        itsHead.seed(),
        itsViews,
        itsTuning,
        itsGate);
  }

  /** How the views of examples are drawn. */
  public Recipe recipe() {
    return new Recipe(augmentation, seed);
  }

  /** How heads are trained. */
  public HeadTraining head() {
    return new HeadTraining(
        epochs,
        patience,
        batchSize,
        optimizer,
        learningRate,
        momentum,
        weightDecay,
        labelSmoothing,
        classWeights,
        hidden,
        seed);
  }
}
