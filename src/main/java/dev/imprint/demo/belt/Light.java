package dev.imprint.demo.belt;

import java.util.random.RandomGenerator;

/**
 * The lamp over the belt.
 *
 * @param azimuth the lamp's direction around the belt, in radians, clockwise from the picture's
 *     right
 * @param elevation the lamp's height, in radians: 0 grazes the belt, π/2 is straight above
 * @param brightness 1 is a well-lit hall
 * @param warmth -1 (blue) to 1 (orange); beyond that, colours are hard to tell apart
 * @param slats darkness of the shadows of a window's slats: 0 (none) to 1 (black)
 */
public record Light(
    double azimuth, double elevation, double brightness, double warmth, double slats) {
  /** From the upper left, neutral. */
  public static final Light HALL = new Light(-2.2, 0.9, 1, 0, 0);

  /** Warm sun through a window with slats. */
  public static final Light EVENING = new Light(-2.2, 0.9, 1, 2, 0.6);

  /** The slats' shadows: across the picture, about three in it. */
  private static final double SLANT = 0.5;

  private static final double SHADOWS = 3;

  /**
   * The same lamp with random variation for one picture: lamps age, clouds pass, cameras adjust.
   */
  Light varied(RandomGenerator random) {
    return new Light(
        azimuth + random.nextGaussian(0, 0.6),
        Math.min(1.4, Math.max(0.35, elevation + random.nextGaussian(0, 0.2))),
        brightness * Math.exp(random.nextGaussian(0, 0.3)),
        warmth + random.nextGaussian(0, 0.25),
        slats);
  }

  /** Unit vector towards the lamp: x right, y down, z up from the belt. */
  float[] direction() {
    return new float[] {
      (float) (Math.cos(elevation) * Math.cos(azimuth)),
      (float) (Math.cos(elevation) * Math.sin(azimuth)),
      (float) Math.sin(elevation)
    };
  }

  /** Factors for red, green and blue. */
  float[] color() {
    return new float[] {
      (float) (brightness * (1 + 0.22 * warmth)),
      (float) brightness,
      (float) (brightness * (1 - 0.28 * warmth))
    };
  }

  /**
   * The share of light that the slats let through, 0..1.
   *
   * @param x position in units of the picture's height, like {@code y}
   */
  float through(double x, double y) {
    if (slats == 0) {
      return 1;
    }
    double turns = SHADOWS * (y * Math.cos(SLANT) + x * Math.sin(SLANT));
    return (float) (1 - slats * (0.5 + 0.5 * Math.sin(2 * Math.PI * turns)));
  }
}
