package dev.imprint.demo;

import java.time.Duration;

/**
 * How the inspector works.
 *
 * @param share of the pictures that get a label, in 0..1
 * @param delay mean time from prediction to label; varies from half to one and a half times this
 * @param seed for which pictures get one, and when
 */
public record InspectorSettings(double share, Duration delay, long seed) {
  public InspectorSettings {
    if (!(share >= 0 && share <= 1) || delay.isNegative()) {
      throw new IllegalArgumentException(
          "share %s, delay %s: give a share in 0..1 and a delay not under 0"
              .formatted(share, delay));
    }
  }
}
