package dev.imprint.training;

import static dev.imprint.model.InvalidSettingException.unless;

import dev.imprint.event.Json;
import dev.imprint.model.InvalidSettingException;
import dev.imprint.tensorflow.LearningPart;
import dev.imprint.tensorflow.tuning.FineTuneSettings;
import dev.imprint.tuning.TuningLimits;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings under {@code training.fine_tune}: whether and how the backbone's last layers are
 * trained, too.
 *
 * @param when whether that may happen
 * @param from {@link LearningPart#from()}
 * @param lastBlocks {@link LearningPart#lastBlocks()}, unless {@code from} says it
 * @param views of each example to learn from, beside the picture itself
 * @param epochs {@link FineTuneSettings#epochs()}; likewise {@code patience} to {@code averaged}
 * @param memoryMb {@link TuningLimits#memoryMb()}
 * @param maxDiskMb {@link TuningLimits#maxDiskMb()}
 * @param maxSilenceMinutes {@link TuningLimits#silence()}
 */
public record FineTuneConfig(
    When when,
    @Nullable String from,
    int lastBlocks,
    int views,
    int epochs,
    int patience,
    int batchSize,
    float learningRate,
    float blockFactor,
    float weightDecay,
    float warmUp,
    float clipNorm,
    float dropout,
    int averaged,
    int memoryMb,
    int maxDiskMb,
    int maxSilenceMinutes) {
  /** Whether networks are fine-tuned. */
  public enum When {
    NEVER,
    ON_COMMAND
  }

  private static final int MOST_VIEWS = 16;

  /** They change no weight. */
  private static final List<String> NOT_RECORDED =
      List.of(
          "fine_tune.when",
          "fine_tune.memory_mb",
          "fine_tune.max_disk_mb",
          "fine_tune.max_silence_minutes");

  public static final FineTuneConfig DEFAULTS =
      new FineTuneConfig(
          When.ON_COMMAND,
          null,
          5,
          3,
          6,
          3,
          32,
          2e-4f,
          1,
          0.01f,
          0.1f,
          1,
          0.2f,
          3,
          4096,
          16_384,
          10);

  /**
   * @throws InvalidSettingException naming key, value and fix
   */
  public FineTuneConfig {
    unless(
        views >= 0 && views <= MOST_VIEWS,
        "training.fine_tune.views",
        views,
        "set 0 (only the pictures themselves) to %d views of each".formatted(MOST_VIEWS));
    unless(lastBlocks >= 1, "training.fine_tune.last_blocks", lastBlocks, "set at least 1 block");
    // Their constructors check the others.
    new FineTuneSettings(
        from == null ? LearningPart.lastBlocks(lastBlocks) : LearningPart.from(from),
        epochs,
        patience,
        batchSize,
        learningRate,
        blockFactor,
        weightDecay,
        warmUp,
        clipNorm,
        dropout,
        averaged,
        0);
    new TuningLimits(memoryMb, maxDiskMb, Duration.ofMinutes(maxSilenceMinutes));
  }

  /** How the network and its head are trained. */
  FineTuneSettings settings(long seed) {
    return new FineTuneSettings(
        from == null ? LearningPart.lastBlocks(lastBlocks) : LearningPart.from(from),
        epochs,
        patience,
        batchSize,
        learningRate,
        blockFactor,
        weightDecay,
        warmUp,
        clipNorm,
        dropout,
        averaged,
        seed);
  }

  /** The bounds of its process. */
  public TuningLimits limits() {
    return new TuningLimits(memoryMb, maxDiskMb, Duration.ofMinutes(maxSilenceMinutes));
  }

  /** For a version's record, by key of the configuration. */
  Map<String, String> asMap() {
    Map<String, String> settings = new HashMap<>();
    Json.fields(this)
        .forEach((key, value) -> settings.put("fine_tune." + key, String.valueOf(value)));
    settings.keySet().removeAll(NOT_RECORDED);
    return settings;
  }
}
