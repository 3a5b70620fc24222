package dev.imprint.augmentation;

import dev.imprint.model.backbone.Pixels;

/**
 * An affine map of positions, in pixels from the center of the first one: x' = xx·x + xy·y + x0, y'
 * = yx·x + yy·y + y0.
 */
record Affine(double xx, double xy, double x0, double yx, double yy, double y0) {
  static final Affine IDENTITY = new Affine(1, 0, 0, 0, 1, 0);

  static Affine translation(double x, double y) {
    return new Affine(1, 0, x, 0, 1, y);
  }

  static Affine scaling(double x, double y) {
    return new Affine(x, 0, 0, 0, y, 0);
  }

  /**
   * @param angle in radians, from the x axis to the y axis, which points down
   */
  static Affine rotation(double angle) {
    double cos = StrictMath.cos(angle); // the same bits on every machine
    double sin = StrictMath.sin(angle);
    return new Affine(cos, -sin, 0, sin, cos, 0);
  }

  /** The same map with this position as its origin. */
  Affine about(double x, double y) {
    return translation(-x, -y).then(this).then(translation(x, y));
  }

  /** This map, then the other one. */
  Affine then(Affine next) {
    return new Affine(
        next.xx * xx + next.xy * yx,
        next.xx * xy + next.xy * yy,
        next.xx * x0 + next.xy * y0 + next.x0,
        next.yx * xx + next.yy * yx,
        next.yx * xy + next.yy * yy,
        next.yx * x0 + next.yy * y0 + next.y0);
  }

  /**
   * A picture of the same size whose positions are mapped to those of the original: bilinear, and
   * beyond the edges a reflection (d c b a | a b c d | d c b a), like Keras' defaults.
   */
  Pixels sampled(Pixels original) {
    int height = original.height();
    int width = original.width();
    float[] values = new float[original.values().length];
    for (int y = 0, to = 0; y < height; y++) {
      for (int x = 0; x < width; x++, to += Pixels.CHANNELS) {
        double fromX = xx * x + xy * y + x0;
        double fromY = yx * x + yy * y + y0;
        int firstX = (int) Math.floor(fromX);
        int firstY = (int) Math.floor(fromY);
        double partX = fromX - firstX;
        double partY = fromY - firstY;
        int left = reflected(firstX, width);
        int right = reflected(firstX + 1, width);
        int top = reflected(firstY, height) * width;
        int bottom = reflected(firstY + 1, height) * width;
        for (int c = 0; c < Pixels.CHANNELS; c++) {
          double above = between(original, top + left, top + right, c, partX);
          double below = between(original, bottom + left, bottom + right, c, partX);
          values[to + c] = (float) (above + partY * (below - above));
        }
      }
    }
    return new Pixels(height, width, values, original.recovered());
  }

  private static double between(Pixels pixels, int one, int other, int channel, double part) {
    double from = pixels.values()[one * Pixels.CHANNELS + channel];
    return from + part * (pixels.values()[other * Pixels.CHANNELS + channel] - from);
  }

  /** An index beyond the edge, reflected into 0..size - 1, the edge itself being repeated. */
  static int reflected(int index, int size) {
    int inPeriod = Math.floorMod(index, 2 * size);
    return inPeriod < size ? inPeriod : 2 * size - 1 - inPeriod;
  }
}
