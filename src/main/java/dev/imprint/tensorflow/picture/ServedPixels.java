package dev.imprint.tensorflow.picture;

import dev.imprint.model.backbone.Pixels;

/**
 * Makes a backbone see the same in the smaller picture that is kept as in the original. Without
 * smoothing, a backbone samples few of a large picture's pixels and sees their grain, which
 * shrinking averages away: from a grainy or dithered picture, it would learn something that it
 * never sees in serving. So the pixels that it will sample are changed, as little as possible,
 * until it sees the same (Kaczmarz's method: one equation after the other, for some rounds, since
 * neighbors may share a pixel and none may leave 0..255).
 */
final class ServedPixels {
  private static final int ROUNDS = 8;

  /** Largest error, in grey values, that needs no further round: the file has whole numbers. */
  private static final double NEAR = 0.5;

  private final Pixels served;
  private final Window window;
  private final int width;
  private final float[] values;

  private ServedPixels(Pixels kept, Pixels served, Window window) {
    this.served = served;
    this.window = window;
    this.width = kept.width();
    this.values = kept.values().clone();
  }

  /**
   * @param kept the whole picture, smaller
   * @param served the backbone's view of it
   * @param window the part of {@code kept} that the backbone will see
   * @return {@code kept}, of which the backbone sees {@code served}, or nearly
   */
  static Pixels into(Pixels kept, Pixels served, Window window) {
    ServedPixels changed = new ServedPixels(kept, served, window);
    double error = Double.POSITIVE_INFINITY;
    for (int round = 0; round < ROUNDS && error > NEAR; round++) {
      error = changed.round();
    }
    return new Pixels(kept.height(), kept.width(), changed.values);
  }

  /** Returns the largest error that it found. */
  private double round() {
    double largest = 0;
    for (int y = 0; y < served.height(); y++) {
      double row = center(y, served.height(), window.height());
      for (int x = 0; x < served.width(); x++) {
        double column = center(x, served.width(), window.width());
        for (int channel = 0; channel < Pixels.CHANNELS; channel++) {
          int index = (y * served.width() + x) * Pixels.CHANNELS + channel;
          largest = Math.max(largest, correct(row, column, channel, served.values()[index]));
        }
      }
    }
    return largest;
  }

  /** The position that bilinear resizing with half-pixel centers samples. */
  private static double center(int target, int targets, int length) {
    double center = (target + 0.5) * length / targets - 0.5;
    return Math.min(Math.max(center, 0), length - 1);
  }

  /** Changes the four surrounding pixels, each by its weight; returns how wrong they were. */
  private double correct(double row, double column, int channel, float wanted) {
    double seen = 0;
    double squares = 0;
    for (int corner = 0; corner < 4; corner++) {
      double weight = weight(row, corner >> 1) * weight(column, corner & 1);
      seen += weight * values[index(row, column, corner, channel)];
      squares += weight * weight;
    }
    double change = (wanted - seen) / squares;
    for (int corner = 0; corner < 4; corner++) {
      double weight = weight(row, corner >> 1) * weight(column, corner & 1);
      int index = index(row, column, corner, channel);
      values[index] = (float) Math.min(255, Math.max(0, values[index] + change * weight));
    }
    return Math.abs(wanted - seen);
  }

  /**
   * @param next 0 for the pixel before, 1 for the one after
   */
  private static double weight(double at, int next) {
    double fraction = at - (int) at;
    return next == 1 ? fraction : 1 - fraction;
  }

  private int index(double row, double column, int corner, int channel) {
    int y = Math.min(window.height() - 1, (int) row + (corner >> 1));
    int x = Math.min(window.width() - 1, (int) column + (corner & 1));
    return ((window.top() + y) * width + window.left() + x) * Pixels.CHANNELS + channel;
  }
}
