package dev.imprint.demo;

import java.time.Duration;

/**
 * How a demo runs.
 *
 * @param rate pictures per second
 * @param pictures how many to send; {@link #ENDLESS} until it is stopped
 * @param deadline time after which a picture without an answer is lost
 * @param endsWithStory whether it also ends once everything has been learned, or something was not
 *     learned in time
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
