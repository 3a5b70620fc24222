package dev.imprint.training;

import dev.imprint.augmentation.Augmentation;
import dev.imprint.event.Json;
import dev.imprint.model.ModelVersion.Trial;
import dev.imprint.model.head.Activation;
import dev.imprint.tensorflow.head.ClassWeights;
import dev.imprint.tensorflow.head.HeadTraining;
import dev.imprint.tensorflow.head.HiddenLayers;
import dev.imprint.tensorflow.head.Optimizer;
import dev.imprint.training.selection.GateConfig;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * The settings in a version's record that it was trained and judged with, by key of the
 * configuration. Views and hidden layers are there only if there were any.
 *
 * @param byKey with what records of older releases lack
 */
public record RecordedSettings(Map<String, String> byKey) {
  static final String EPOCHS_TRAINED = "epochs_trained";

  private static final String AUGMENTATION = "augmentation.";
  private static final String HIDDEN = "hidden.";
  private static final String VIEWS = AUGMENTATION + "views";
  private static final String UNITS = HIDDEN + "units";
  private static final String CLASS_WEIGHTS = "class_weights";

  private static final Set<String> SEARCHED =
      Set.of("learning_rate", "weight_decay", CLASS_WEIGHTS);

  /** Of earlier releases, in place of {@code class_weights}. */
  private static final String BALANCED = "balanced";

  public RecordedSettings {
    byKey = Map.copyOf(byKey);
  }

  /**
   * @param configuration of the record
   */
  public static RecordedSettings of(Map<String, String> configuration) {
    Map<String, String> all = new HashMap<>(configuration);
    if (all.containsKey("weight_decay")) { // it has settings of a head
      all.putIfAbsent("optimizer", value(Optimizer.ADAM));
      all.putIfAbsent("momentum", "0.0");
      all.putIfAbsent("label_smoothing", "0.0");
    }
    String balanced = all.remove(BALANCED);
    if (balanced != null) {
      boolean each = Boolean.parseBoolean(balanced);
      all.putIfAbsent(CLASS_WEIGHTS, value(each ? ClassWeights.BALANCED : ClassWeights.NONE));
    }
    return new RecordedSettings(all);
  }

  /**
   * As they were configured, before a search.
   *
   * @param trials empty without one
   */
  RecordedSettings configured(List<Trial> trials) {
    if (trials.isEmpty()) {
      return this;
    }
    Map<String, String> all = new HashMap<>(byKey);
    all.keySet().removeIf(RecordedSettings::isSearched);
    all.putAll(trials.get(0).settings());
    return new RecordedSettings(all);
  }

  /** Whether a search may change a setting. */
  static boolean isSearched(String key) {
    return SEARCHED.contains(key) || key.startsWith(HIDDEN) || key.startsWith(AUGMENTATION);
  }

  /** Of a training with these settings that has not ended. */
  static RecordedSettings of(TrainingConfig config) {
    Map<String, String> all = new HashMap<>(of(config, 0).byKey());
    all.remove(EPOCHS_TRAINED);
    return new RecordedSettings(all);
  }

  /** Of a training with these settings. */
  static RecordedSettings of(TrainingConfig config, int epochsTrained) {
    Map<String, String> all = new HashMap<>();
    HeadTraining head = config.head();
    all.put("epochs", String.valueOf(head.epochs()));
    all.put(EPOCHS_TRAINED, String.valueOf(epochsTrained));
    all.put("patience", String.valueOf(head.patience()));
    all.put("batch_size", String.valueOf(head.batchSize()));
    all.put("optimizer", value(head.optimizer()));
    all.put("learning_rate", String.valueOf(head.learningRate()));
    all.put("momentum", String.valueOf(head.momentum()));
    all.put("weight_decay", String.valueOf(head.weightDecay()));
    all.put("label_smoothing", String.valueOf(head.labelSmoothing()));
    all.put(CLASS_WEIGHTS, value(head.classWeights()));
    if (config.search()) {
      all.put("search", "true");
      all.put("search_seconds", String.valueOf(config.searchSeconds()));
    }
    put(all, "gate.", config.gate());
    if (!head.hidden().units().isEmpty()) {
      put(all, HIDDEN, head.hidden());
    }
    if (config.augmentation().views() > 0) {
      put(all, AUGMENTATION, config.augmentation());
    }
    return new RecordedSettings(all);
  }

  private static void put(Map<String, String> all, String prefix, Object section) {
    Json.fields(section).forEach((key, value) -> all.put(prefix + key, String.valueOf(value)));
  }

  private static String value(Enum<?> of) {
    return of.name().toLowerCase(Locale.ROOT);
  }

  /**
   * The settings for a version's own examples, with what a search has chosen; those that do not
   * change a head are the defaults.
   *
   * @param folds whether it was judged by cross-validation
   * @throws IllegalArgumentException if the record lacks one, or has one that is not valid; the
   *     message is for people
   */
  public TrainingConfig config(long seed, boolean folds) {
    HeadTraining head =
        new HeadTraining(
            setting("epochs", Integer::parseInt),
            setting("patience", Integer::parseInt),
            setting("batch_size", Integer::parseInt),
            setting("optimizer", name -> Optimizer.valueOf(name.toUpperCase(Locale.ROOT))),
            setting("learning_rate", Float::parseFloat),
            setting("momentum", Float::parseFloat),
            setting("weight_decay", Float::parseFloat),
            setting("label_smoothing", Float::parseFloat),
            setting(CLASS_WEIGHTS, name -> ClassWeights.valueOf(name.toUpperCase(Locale.ROOT))),
            hidden(),
            seed);
    return TrainingConfig.DEFAULTS
        .withHead(head)
        .withAugmentation(augmentation())
        .withFineTune(FineTuneConfig.recorded(byKey))
        .withGate(GateConfig.taking(folds));
  }

  private HiddenLayers hidden() {
    if (!byKey.containsKey(UNITS)) {
      return HiddenLayers.NONE;
    }
    return new HiddenLayers(
        setting(UNITS, RecordedSettings::numbers),
        setting(HIDDEN + "activation", Activation::ofKeras),
        setting(HIDDEN + "dropout", Float::parseFloat),
        setting(HIDDEN + "batch_norm", Boolean::parseBoolean));
  }

  private static List<Integer> numbers(String list) {
    return Arrays.stream(list.replaceAll("[\\[\\]]", "").split(","))
        .map(String::strip)
        .map(Integer::valueOf)
        .toList();
  }

  private Augmentation augmentation() {
    if (!byKey.containsKey(VIEWS)) {
      return Augmentation.DEFAULTS;
    }
    return new Augmentation(
        setting(VIEWS, Integer::parseInt),
        setting(
            AUGMENTATION + "flip",
            flip -> Augmentation.Flip.valueOf(flip.toUpperCase(Locale.ROOT))),
        range("rotation"),
        range("zoom"),
        range("crop"),
        range("translation"),
        range("brightness"),
        range("contrast"),
        range("blur"));
  }

  private double range(String key) {
    return setting(AUGMENTATION + key, Double::parseDouble);
  }

  <T> T setting(String key, Function<String, T> parsed) {
    String value = byKey.get(key);
    if (value == null) {
      throw new IllegalArgumentException("its record does not say training.%s".formatted(key));
    }
    try {
      return parsed.apply(value);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "its record says training.%s: %s, which is not valid".formatted(key, value), e);
    }
  }
}
