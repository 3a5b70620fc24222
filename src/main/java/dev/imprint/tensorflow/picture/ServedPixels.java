package dev.imprint.tensorflow.picture;

import dev.imprint.model.Pixels;

/**
 * Puts what a backbone saw of a picture into the smaller one that is kept. Without smoothing a
 * backbone looks at few of a large picture's pixels and sees their grain, which making it smaller
 * averages away: of a grainy or dithered picture it would learn something that it is never served.
 * So the pixels that it will look at are changed, as little as possible, until it sees the same
 * (Kaczmarz's method: one equation after the other, some rounds long, since neighbors may share a
 * pixel and none may leave 0..255).
 */
final class ServedPixels {
  private static final int ROUNDS = 8;

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
   * @param served what the backbone saw of it
   * @param window the part of {@code kept} that the backbone will look at
   * @return {@code kept}, of which the backbone sees {@code served}, or nearly
   */
  static Pixels into(Pixels kept, Pixels served, Window window) {
    ServedPixels changed = new ServedPixels(kept, served, window);
    for (int round = 0; round < ROUNDS; round++) {
      changed.round();
    }
    return new Pixels(kept.height(), kept.width(), changed.values);
  }

  private void round() {
    for (int y = 0; y < served.height(); y++) {
      double row = center(y, served.height(), window.height());
      for (int x = 0; x < served.width(); x++) {
        double column = center(x, served.width(), window.width());
        for (int channel = 0; channel < Pixels.CHANNELS; channel++) {
          int index = (y * served.width() + x) * Pixels.CHANNELS + channel;
          correct(row, column, channel, served.values()[index]);
        }
      }
    }
  }

  /** Where bilinear resizing with half-pixel centers looks. */
  private static double center(int target, int targets, int length) {
    double center = (target + 0.5) * length / targets - 0.5;
    return Math.min(Math.max(center, 0), length - 1);
  }

  /** Changes the four pixels around, each by its weight. */
  private void correct(double row, double column, int channel, float wanted) {
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
  }

  /**
   * @param next 0 for the pixel before, 1 for the one behind
   */
  private static double weight(double at, int next) {
    double fraction = at - Math.floor(at);
    return next == 1 ? fraction : 1 - fraction;
  }

  private int index(double row, double column, int corner, int channel) {
    int y = Math.min(window.height() - 1, (int) row + (corner >> 1));
    int x = Math.min(window.width() - 1, (int) column + (corner & 1));
    return ((window.top() + y) * width + window.left() + x) * Pixels.CHANNELS + channel;
  }
}
