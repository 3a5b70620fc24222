package dev.imprint.training;

import dev.imprint.augmentation.Augmentation;
import dev.imprint.model.ModelVersion.Trial;
import dev.imprint.tensorflow.head.ClassWeights;
import dev.imprint.tensorflow.head.CrossValidation;
import dev.imprint.tensorflow.head.HeadTrainer;
import dev.imprint.tensorflow.head.HeadTraining;
import dev.imprint.tensorflow.head.HiddenLayers;
import dev.imprint.tensorflow.head.TrainingData;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses settings by cross-validation, one kind after the other, each from what the one before has
 * led to: weight decay, learning rate, class weights, hidden layers, views. It goes on in a
 * direction as long as that is better by more than chance, so what is configured stays unless there
 * is a reason. The same data, settings and seed try the same, until time is up. For a single use.
 */
final class SettingSearch {
  private static final Logger LOG = LoggerFactory.getLogger(SettingSearch.class);

  private static final HiddenLayers HIDDEN = HiddenLayers.NONE.withUnits(List.of(256));
  private static final float DECAY_STEP = 10;
  private static final float LEAST_DECAY = 1e-3f;
  private static final float RATE_STEP = 3;

  private final HeadTrainer heads;
  private final TrainingData data;
  private final HeadTrainer.EpochListener progress;
  private final BooleanSupplier outOfTime;
  private final List<Tried> tried = new ArrayList<>();
  private TrainingConfig best;
  private @Nullable CrossValidation answers;

  private record Tried(TrainingConfig config, CrossValidation answers) {}

  /**
   * The result.
   *
   * @param config the configuration with what is best
   * @param trials empty if there was no time for any
   */
  record Choice(TrainingConfig config, List<Trial> trials) {
    /** Without a search. */
    static Choice of(TrainingConfig config) {
      return new Choice(config, List.of());
    }
  }

  /**
   * @param data with folds
   * @param nanoTime such as {@link System#nanoTime}
   */
  SettingSearch(
      HeadTrainer heads,
      TrainingData data,
      TrainingConfig config,
      LongSupplier nanoTime,
      HeadTrainer.EpochListener progress) {
    this.heads = heads;
    this.data = data;
    this.best = config;
    this.progress = progress;
    long end = nanoTime.getAsLong() + config.searchSeconds() * 1_000_000_000L;
    this.outOfTime = () -> nanoTime.getAsLong() - end >= 0;
  }

  Choice run() throws InterruptedException {
    if (trial(best)) {
      climb(
          head -> decay(head, Math.max(LEAST_DECAY, head.weightDecay() * DECAY_STEP)),
          head -> decay(head, head.weightDecay() / DECAY_STEP));
      climb(
          head -> rate(head, head.learningRate() * RATE_STEP),
          head -> rate(head, head.learningRate() / RATE_STEP));
      for (ClassWeights weights : ClassWeights.values()) {
        toward(head -> head.withClassWeights(weights));
      }
      boolean linear = best.hidden().units().isEmpty();
      toward(head -> head.withHidden(linear ? HIDDEN : HiddenLayers.NONE)); // takes longest
      if (best.augmentation().views() > 0) {
        trial(best.withAugmentation(Augmentation.DEFAULTS));
      }
    }
    LOG.info("Of {} settings tried, the best are {}", tried.size(), best.head());
    return new Choice(
        best,
        tried.stream()
            .map(
                its ->
                    new Trial(
                        searched(its.config()),
                        its.answers().loss(),
                        its.answers().accuracy(),
                        its.answers().epochs(),
                        its.config().equals(best)))
            .toList());
  }

  private static HeadTraining decay(HeadTraining head, float decay) {
    return head.withWeightDecay(Math.min(1, rounded(decay)));
  }

  private static HeadTraining rate(HeadTraining head, float rate) {
    return head.withLearningRate(Math.min(1, rounded(rate)));
  }

  /** To two digits, for people. */
  private static float rounded(float value) {
    return BigDecimal.valueOf(value).round(new MathContext(2)).floatValue();
  }

  /** On in one direction, or else in the other. */
  private void climb(UnaryOperator<HeadTraining> up, UnaryOperator<HeadTraining> down)
      throws InterruptedException {
    if (toward(up)) {
      while (toward(up)) {}
    } else {
      while (toward(down)) {}
    }
  }

  private boolean toward(UnaryOperator<HeadTraining> change) throws InterruptedException {
    return trial(best.withHead(change.apply(best.head())));
  }

  /** Whether it is better; false if it has been tried, or there is no time. */
  private boolean trial(TrainingConfig config) throws InterruptedException {
    if (tried.stream().anyMatch(its -> its.config().equals(config)) || outOfTime.getAsBoolean()) {
      return false;
    }
    CrossValidation now =
        heads.crossValidate(
            config.augmentation().views() == 0 ? data.withoutViews() : data,
            config.head(),
            progress,
            outOfTime);
    if (now == null) {
      return false;
    }
    tried.add(new Tried(config, now));
    boolean better = answers == null || now.isBetterThan(answers);
    if (better) {
      best = config;
      answers = now;
    }
    return better;
  }

  /** The settings that it may change, for the record. */
  private static Map<String, String> searched(TrainingConfig config) {
    return RecordedSettings.of(config, 0).byKey().entrySet().stream()
        .filter(setting -> RecordedSettings.isSearched(setting.getKey()))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }
}
