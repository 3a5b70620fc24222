package dev.imprint.demo.belt;

/** Arithmetic on planes of floats, row-major. */
final class Planes {
  private Planes() {}

  /**
   * Blurs in place with a box of 2 × radius + 1 along each axis; twice, which approximates a
   * Gaussian.
   *
   * @param radiusX 0 for no blur along the rows
   * @param radiusY 0 for no blur along the columns
   */
  static void blur(float[] plane, int width, int height, int radiusX, int radiusY) {
    float[] line = new float[Math.max(width, height)];
    for (int pass = 0; pass < 2; pass++) {
      for (int y = 0; y < height && radiusX > 0; y++) {
        blurLine(plane, y * width, 1, width, radiusX, line);
      }
      for (int x = 0; x < width && radiusY > 0; x++) {
        blurLine(plane, x, width, height, radiusY, line);
      }
    }
  }

  private static void blurLine(
      float[] plane, int start, int step, int length, int radius, float[] line) {
    for (int i = 0; i < length; i++) {
      line[i] = plane[start + i * step];
    }
    float scale = 1f / (2 * radius + 1);
    float sum = line[0] * radius;
    for (int i = 0; i <= radius; i++) {
      sum += line[Math.min(i, length - 1)];
    }
    for (int i = 0; i < length; i++) {
      plane[start + i * step] = sum * scale;
      sum += line[Math.min(i + radius + 1, length - 1)] - line[Math.max(i - radius, 0)];
    }
  }

  /** 0 below {@code from}, 1 above {@code to}, smooth in between. */
  static float smoothStep(float from, float to, float x) {
    float t = Math.min(1, Math.max(0, (x - from) / (to - from)));
    return t * t * (3 - 2 * t);
  }
}
