package dev.imprint.training;

import static dev.imprint.model.InvalidSettingException.unless;

import dev.imprint.augmentation.Augmentation;
import dev.imprint.augmentation.Recipe;
import dev.imprint.event.Json;
import dev.imprint.model.InvalidSettingException;
import dev.imprint.model.ModelVersion;
import dev.imprint.tensorflow.head.HeadTraining;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * The settings under {@code training}: when a head is trained, how, and which requirements it must
 * meet. With {@code newLabels} and {@code maxWaitMinutes} both 0, a head is trained only on
 * command.
 *
 * @param enabled whether this instance may lead: train, and decide what serves
 * @param newLabels labels since the last training that start one; 0 for never
 * @param minWaitMinutes shortest time between two trainings without a command
 * @param maxWaitMinutes longest that a new label waits for a training; 0 for no limit
 * @param accuracyDrop of the live accuracy that lets a fifth of the labels start a training; 0 for
 *     none
 * @param maxBackoff how many times as long to wait at most if trainings bring nothing
 * @param epochs {@link HeadTraining#epochs()}; likewise {@code patience} to {@code seed}, which
 *     views are drawn by, too
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
    float learningRate,
    float weightDecay,
    boolean balanced,
    long seed,
    Augmentation augmentation,
    FineTuneConfig fineTune,
    GateConfig gate) {
  private static final int MOST_BACKOFF = 1024;

  private static final String AUGMENTATION = "augmentation.";

  static final String EPOCHS_TRAINED = "epochs_trained";

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
          0.0005f,
          0.01f,
          true,
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
        "set 0 (no drop starts a training) or a value below 1");
    unless(
        maxBackoff >= 1 && maxBackoff <= MOST_BACKOFF,
        "training.max_backoff",
        maxBackoff,
        "set 1 (never wait longer) to %d times".formatted(MOST_BACKOFF));
    // Its constructor checks the others.
    new HeadTraining(epochs, patience, batchSize, learningRate, weightDecay, balanced, seed);
  }

  /** The same with another seed. */
  public TrainingConfig withSeed(long other) {
    return with(other, augmentation, gate);
  }

  /** The same with another augmentation. */
  public TrainingConfig withAugmentation(Augmentation other) {
    return with(seed, other, gate);
  }

  /** The same with another gate. */
  public TrainingConfig withGate(GateConfig other) {
    return with(seed, augmentation, other);
  }

  private TrainingConfig with(long itsSeed, Augmentation itsViews, GateConfig itsGate) {
    return new TrainingConfig(
        enabled,
        newLabels,
        minWaitMinutes,
        maxWaitMinutes,
        accuracyDrop,
        maxBackoff,
        epochs,
        patience,
        batchSize,
        learningRate,
        weightDecay,
        balanced,
        itsSeed,
        itsViews,
        fineTune,
        itsGate);
  }

  /** How the views of examples are drawn. */
  public Recipe recipe() {
    return new Recipe(augmentation, seed);
  }

  HeadTraining head() {
    return new HeadTraining(epochs, patience, batchSize, learningRate, weightDecay, balanced, seed);
  }

  /**
   * The settings that a version was trained with, as its record has them, for its own examples;
   * those that do not change a head are the defaults.
   *
   * @param folds whether it was judged by cross-validation
   * @throws IllegalArgumentException if the record lacks one, or has one that is not valid; the
   *     message is for people
   */
  public static TrainingConfig recorded(ModelVersion.Training training, boolean folds) {
    Map<String, String> settings = training.configuration();
    return new TrainingConfig(
        true,
        DEFAULTS.newLabels,
        DEFAULTS.minWaitMinutes,
        DEFAULTS.maxWaitMinutes,
        DEFAULTS.accuracyDrop,
        DEFAULTS.maxBackoff,
        setting(settings, "epochs", Integer::parseInt),
        setting(settings, "patience", Integer::parseInt),
        setting(settings, "batch_size", Integer::parseInt),
        setting(settings, "learning_rate", Float::parseFloat),
        setting(settings, "weight_decay", Float::parseFloat),
        setting(settings, "balanced", Boolean::parseBoolean),
        training.seed(),
        augmentation(settings),
        FineTuneConfig.recorded(settings),
        GateConfig.taking(folds));
  }

  /** Records have it only if there were views. */
  private static Augmentation augmentation(Map<String, String> settings) {
    if (!settings.containsKey(AUGMENTATION + "views")) {
      return Augmentation.DEFAULTS;
    }
    return new Augmentation(
        setting(settings, AUGMENTATION + "views", Integer::parseInt),
        setting(
            settings,
            AUGMENTATION + "flip",
            flip -> Augmentation.Flip.valueOf(flip.toUpperCase(Locale.ROOT))),
        range(settings, "rotation"),
        range(settings, "zoom"),
        range(settings, "crop"),
        range(settings, "translation"),
        range(settings, "brightness"),
        range(settings, "contrast"),
        range(settings, "blur"));
  }

  private static double range(Map<String, String> settings, String key) {
    return setting(settings, AUGMENTATION + key, Double::parseDouble);
  }

  static <T> T setting(Map<String, String> settings, String key, Function<String, T> parsed) {
    String value = settings.get(key);
    if (value == null) {
      throw new IllegalArgumentException("its record does not say training.%s".formatted(key));
    }
    try {
      return parsed.apply(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "its record says training.%s: %s, which is not a valid number".formatted(key, value), e);
    }
  }

  /** How a version was trained and judged, for its record, by key of the configuration. */
  Map<String, String> asMap(int epochsTrained) {
    Map<String, String> settings = new HashMap<>();
    Json.fields(gate).forEach((key, value) -> settings.put("gate." + key, String.valueOf(value)));
    if (augmentation.views() > 0) {
      Json.fields(augmentation)
          .forEach((key, value) -> settings.put(AUGMENTATION + key, String.valueOf(value)));
    }
    settings.putAll(head(epochsTrained));
    return settings;
  }

  private Map<String, String> head(int epochsTrained) {
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
