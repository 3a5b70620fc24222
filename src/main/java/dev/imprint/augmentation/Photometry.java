package dev.imprint.augmentation;

import dev.imprint.model.backbone.Pixels;

/** Changes of values; results stay in 0..255. */
final class Photometry {
  static final double WHITE = 255;

  /** Beyond so many standard deviations, a Gaussian is next to nothing. */
  private static final int DEVIATIONS = 3;

  private Photometry() {}

  /** As Keras' {@code RandomBrightness}. */
  static Pixels brightened(Pixels pixels, double by) {
    float[] values = new float[pixels.values().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = clipped(pixels.values()[i] + by);
    }
    return with(pixels, values);
  }

  /** As Keras' {@code RandomContrast}: about the mean of each channel. */
  static Pixels contrasted(Pixels pixels, double factor) {
    float[] values = new float[pixels.values().length];
    for (int c = 0; c < Pixels.CHANNELS; c++) {
      double mean = 0;
      for (int i = c; i < values.length; i += Pixels.CHANNELS) {
        mean += pixels.values()[i];
      }
      mean /= (double) values.length / Pixels.CHANNELS;
      for (int i = c; i < values.length; i += Pixels.CHANNELS) {
        values[i] = clipped((pixels.values()[i] - mean) * factor + mean);
      }
    }
    return with(pixels, values);
  }

  /** With a Gaussian; edges are reflected. */
  static Pixels blurred(Pixels pixels, double deviation) {
    double[] kernel = gaussian(deviation);
    return alongColumns(alongRows(pixels, kernel), kernel);
  }

  /** One half, from the middle. */
  private static double[] gaussian(double deviation) {
    double[] half = new double[1 + (int) Math.ceil(DEVIATIONS * deviation)];
    double sum = 0;
    for (int i = 0; i < half.length; i++) {
      half[i] = StrictMath.exp(-0.5 * i * i / (deviation * deviation));
      sum += i == 0 ? half[i] : 2 * half[i];
    }
    for (int i = 0; i < half.length; i++) {
      half[i] /= sum;
    }
    return half;
  }

  private static Pixels alongRows(Pixels pixels, double[] kernel) {
    int width = pixels.width();
    float[] values = new float[pixels.values().length];
    for (int row = 0; row < values.length; row += width * Pixels.CHANNELS) {
      convolve(pixels.values(), values, row, width, Pixels.CHANNELS, kernel);
    }
    return with(pixels, values);
  }

  private static Pixels alongColumns(Pixels pixels, double[] kernel) {
    int stride = pixels.width() * Pixels.CHANNELS;
    float[] values = new float[pixels.values().length];
    for (int column = 0; column < stride; column += Pixels.CHANNELS) {
      convolve(pixels.values(), values, column, pixels.height(), stride, kernel);
    }
    return with(pixels, values);
  }

  /** One line of pixels. */
  private static void convolve(
      float[] from, float[] to, int start, int length, int stride, double[] kernel) {
    for (int i = 0; i < length; i++) {
      for (int c = 0; c < Pixels.CHANNELS; c++) {
        int channel = start + c;
        double sum = kernel[0] * from[channel + i * stride];
        for (int k = 1; k < kernel.length; k++) {
          sum +=
              kernel[k]
                  * (from[channel + Affine.reflected(i - k, length) * stride]
                      + from[channel + Affine.reflected(i + k, length) * stride]);
        }
        to[channel + i * stride] = (float) sum;
      }
    }
  }

  private static float clipped(double value) {
    return (float) Math.max(0, Math.min(WHITE, value));
  }

  private static Pixels with(Pixels pixels, float[] values) {
    return new Pixels(pixels.height(), pixels.width(), values, pixels.recovered());
  }
}
