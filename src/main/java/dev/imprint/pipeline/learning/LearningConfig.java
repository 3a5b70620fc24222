package dev.imprint.pipeline.learning;

import static dev.imprint.model.InvalidSettingException.unless;

import dev.imprint.model.InvalidSettingException;
import java.time.Duration;

/**
 * The settings under {@code learning}: how feedback is matched with its image.
 *
 * @param labelWindowHours how long a prediction is remembered, in hours; later feedback needs a
 *     claim, and does not count for live accuracy
 * @param feedbackWaitSeconds how long feedback waits for an image that has not arrived, in seconds
 * @param maxPictureBytes a larger picture is shrunk before it is added to the buffer
 * @param threads stream threads of this instance; threads beyond the number of partitions are idle
 */
public record LearningConfig(
    int labelWindowHours, int feedbackWaitSeconds, int maxPictureBytes, int threads) {
  private static final int YEAR_HOURS = 366 * 24;
  private static final int DAY_SECONDS = 24 * 60 * 60;
  private static final int LEAST_PICTURE_BYTES = 64 * 1024;

  public static final LearningConfig DEFAULTS = new LearningConfig(7 * 24, 600, 1024 * 1024, 1);

  /**
   * @throws InvalidSettingException naming key, value and fix
   */
  public LearningConfig {
    unless(
        labelWindowHours >= 1 && labelWindowHours <= YEAR_HOURS,
        "learning.label_window_hours",
        labelWindowHours,
        "set 1 to %d hours, no longer than the images topic keeps its records"
            .formatted(YEAR_HOURS));
    unless(
        feedbackWaitSeconds >= 1 && feedbackWaitSeconds <= DAY_SECONDS,
        "learning.feedback_wait_seconds",
        feedbackWaitSeconds,
        "set 1 to %d seconds".formatted(DAY_SECONDS));
    unless(
        maxPictureBytes >= LEAST_PICTURE_BYTES,
        "learning.max_picture_bytes",
        maxPictureBytes,
        "set at least %d bytes".formatted(LEAST_PICTURE_BYTES));
    unless(
        threads >= 1 && threads <= 64,
        "learning.threads",
        threads,
        "set 1 to 64; one takes in thousands of labels a minute");
  }

  Duration labelWindow() {
    return Duration.ofHours(labelWindowHours);
  }

  Duration feedbackWait() {
    return Duration.ofSeconds(feedbackWaitSeconds);
  }
}
