package dev.imprint.training;

import static dev.imprint.model.InvalidSettingException.unless;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
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
 * @param settings how the network and its head are trained
 * @param memoryMb {@link TuningLimits#memoryMb()}
 * @param maxDiskMb {@link TuningLimits#maxDiskMb()}
 * @param maxSilenceMinutes {@link TuningLimits#silence()}
 */
public record FineTuneConfig(
    When when,
    @Nullable String from,
    int lastBlocks,
    int views,
    @JsonUnwrapped FineTuneSettings settings,
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
          When.ON_COMMAND, null, 5, 3, FineTuneSettings.DEFAULTS, 4096, 16_384, 10);

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
    part(from, lastBlocks); // checks 'from'
    limits(memoryMb, maxDiskMb, maxSilenceMinutes);
  }

  /** The part of the network that learns. */
  LearningPart part() {
    return part(from, lastBlocks);
  }

  private static LearningPart part(@Nullable String from, int lastBlocks) {
    return from == null ? LearningPart.lastBlocks(lastBlocks) : LearningPart.from(from);
  }

  /** The bounds of its process. */
  public TuningLimits limits() {
    return limits(memoryMb, maxDiskMb, maxSilenceMinutes);
  }

  private static TuningLimits limits(int memoryMb, int maxDiskMb, int maxSilenceMinutes) {
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
