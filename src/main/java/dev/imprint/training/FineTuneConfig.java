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
 * @param when whether that happens, and who starts it
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
    Auto auto,
    @Nullable String from,
    int lastBlocks,
    int views,
    @JsonUnwrapped FineTuneSettings settings,
    int memoryMb,
    int maxDiskMb,
    int maxSilenceMinutes) {
  /** Whether networks are fine-tuned, and who starts it. */
  public enum When {
    NEVER,
    ON_COMMAND,
    /** The leader does it by itself, too. */
    AUTO
  }

  /**
   * When the leader fine-tunes by itself.
   *
   * @param newLabels labels that the last fine-tuning did not have, at least; for the first one,
   *     all labels
   * @param lastHeads trainings of heads since the last fine-tuning, at least
   * @param gainBelow of macro F1, which these have gained together
   */
  public record Auto(int newLabels, int lastHeads, double gainBelow) {
    public static final Auto DEFAULTS = new Auto(1000, 3, 0.01);

    /**
     * @throws InvalidSettingException naming key, value and fix
     */
    public Auto {
      unless(
          newLabels >= 1, "training.fine_tune.auto.new_labels", newLabels, "set at least 1 label");
      unless(
          lastHeads >= 1,
          "training.fine_tune.auto.last_heads",
          lastHeads,
          "set at least 1 training run");
      unless(
          gainBelow > 0 && gainBelow <= 1,
          "training.fine_tune.auto.gain_below",
          gainBelow,
          "set a value above 0 and at most 1");
    }
  }

  private static final int MOST_VIEWS = 16;
  private static final String PREFIX = "fine_tune.";
  private static final String NULL = String.valueOf((Object) null);

  /** They change no weight. */
  private static final List<String> NOT_RECORDED =
      List.of(
          "fine_tune.when",
          "fine_tune.auto",
          "fine_tune.memory_mb",
          "fine_tune.max_disk_mb",
          "fine_tune.max_silence_minutes");

  public static final FineTuneConfig DEFAULTS =
      new FineTuneConfig(
          When.ON_COMMAND, Auto.DEFAULTS, null, 5, 3, FineTuneSettings.DEFAULTS, 4096, 16_384, 10);

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

  /**
   * The settings that a version was fine-tuned with, as its record has them; those that do not
   * change a weight are the defaults, as are all if it was not.
   *
   * @throws IllegalArgumentException if the record lacks one, or has one that is not valid; the
   *     message is for people
   */
  static FineTuneConfig recorded(Map<String, String> record) {
    if (!record.containsKey(PREFIX + "epochs")) {
      return DEFAULTS;
    }
    String from = record.get(PREFIX + "from");
    return new FineTuneConfig(
        DEFAULTS.when,
        DEFAULTS.auto,
        from == null || from.equals(NULL) ? null : from,
        whole(record, "last_blocks"),
        whole(record, "views"),
        new FineTuneSettings(
            whole(record, "epochs"),
            whole(record, "patience"),
            whole(record, "batch_size"),
            number(record, "learning_rate"),
            number(record, "block_factor"),
            number(record, "weight_decay"),
            number(record, "warm_up"),
            number(record, "clip_norm"),
            number(record, "dropout"),
            whole(record, "averaged")),
        DEFAULTS.memoryMb,
        DEFAULTS.maxDiskMb,
        DEFAULTS.maxSilenceMinutes);
  }

  private static int whole(Map<String, String> record, String key) {
    return new RecordedSettings(record).setting(PREFIX + key, Integer::parseInt);
  }

  private static float number(Map<String, String> record, String key) {
    return new RecordedSettings(record).setting(PREFIX + key, Float::parseFloat);
  }

  /** For a version's record, by key of the configuration. */
  Map<String, String> asMap() {
    Map<String, String> settings = new HashMap<>();
    Json.fields(this).forEach((key, value) -> settings.put(PREFIX + key, String.valueOf(value)));
    settings.keySet().removeAll(NOT_RECORDED);
    return settings;
  }
}
