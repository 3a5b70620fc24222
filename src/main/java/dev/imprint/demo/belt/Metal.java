package dev.imprint.demo.belt;

import java.util.random.RandomGenerator;

/**
 * A part's material. Drawn independently of its kind, so that colour does not reveal the class.
 *
 * @param color red, green and blue of its surface, 0..1
 * @param gloss 0 (rough) to 1 (polished)
 */
@SuppressWarnings("ArrayRecordComponent") // used for one picture, never compared
record Metal(float[] color, float gloss) {
  private static final float[][] COLORS = {
    {0.66f, 0.68f, 0.71f}, // steel
    {0.74f, 0.75f, 0.76f}, // zinc
    {0.52f, 0.53f, 0.55f}, // worn steel
    {0.34f, 0.34f, 0.36f}, // black oxide
    {0.79f, 0.66f, 0.36f}, // brass
    {0.72f, 0.67f, 0.50f}, // yellow chromate
    {0.50f, 0.42f, 0.36f}, // rust
  };

  static Metal any(RandomGenerator random) {
    float[] base = COLORS[random.nextInt(COLORS.length)];
    float[] color = new float[base.length];
    float shade = random.nextFloat(0.85f, 1.12f);
    for (int c = 0; c < color.length; c++) {
      color[c] = base[c] * shade;
    }
    return new Metal(color, random.nextFloat(0.25f, 1));
  }
}
