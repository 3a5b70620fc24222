package dev.imprint.demo;

import java.time.Duration;

/**
 * When the story moves on.
 *
 * @param window number of most recent pictures over which accuracy is computed
 * @param accuracy at which a change counts as learned, in 0..1
 * @param patience time after which a phase has failed
 */
public record StorySettings(int window, double accuracy, Duration patience) {
  /** 60 pictures are five seconds of the belt. */
  public static final StorySettings DEFAULTS = new StorySettings(60, 0.9, Duration.ofMinutes(4));

  public StorySettings {
    if (window < 1 || !(accuracy > 0 && accuracy <= 1) || patience.isNegative()) {
      throw new IllegalArgumentException(
          "a window of %d pictures, accuracy %s, patience %s: give at least 1, in 0..1, not under 0"
              .formatted(window, accuracy, patience));
    }
  }
}
