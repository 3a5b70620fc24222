package dev.imprint.demo;

import java.time.Duration;

/**
 * How a demo runs.
 *
 * @param rate pictures a second
 * @param pictures how many; {@link #ENDLESS} until it is stopped
 * @param deadline a picture without an answer after so long is lost
 * @param endsWithStory whether it ends, too, when all has been learned or something has not in time
 */
public record DemoSettings(double rate, long pictures, Duration deadline, boolean endsWithStory) {
  public static final long ENDLESS = Long.MAX_VALUE;

  public DemoSettings {
    if (!(rate > 0) || pictures < 1) {
      throw new IllegalArgumentException(
          "%s pictures a second, %d in all: both must be greater than 0".formatted(rate, pictures));
    }
  }
}
