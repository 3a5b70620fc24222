package dev.imprint.demo;

import java.time.Duration;

/**
 * When the story goes on.
 *
 * @param window over how many of the last pictures accuracy is counted
 * @param accuracy from which on a change counts as learned, in 0..1
 * @param patience a phase that takes longer has failed
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
