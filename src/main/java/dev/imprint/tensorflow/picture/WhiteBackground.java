package dev.imprint.tensorflow.picture;

import dev.imprint.model.backbone.Pixels;
import org.tensorflow.RawTensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.ByteDataBuffer;
import org.tensorflow.ndarray.buffer.ShortDataBuffer;
import org.tensorflow.types.TUint16;

/**
 * Blends pictures with white. In Java, since TensorFlow's ops took 7 of 8 seconds for 49 million
 * pixels.
 */
final class WhiteBackground {
  /** The factor between the values of a blended picture and its pixels. */
  static final int SCALE = 255;

  private static final int PIXELS_AT_ONCE = 1 << 14;

  private WhiteBackground() {}

  /**
   * Blends a part of a decoded picture.
   *
   * @param rgba uint8, height × width × 4
   * @return the window's height × width × 3 in 0..255 × 255: color × alpha + 255 × (255 - alpha),
   *     so that nothing is rounded before it is resized; the caller must close it
   */
  static TUint16 blend(RawTensor rgba, Window window) {
    long width = rgba.shape().get(1);
    return TUint16.tensorOf(
        Shape.of(window.height(), window.width(), Pixels.CHANNELS),
        blended -> {
          ShortDataBuffer to = blended.asRawTensor().data().asShorts();
          for (int row = 0; row < window.height(); row++) {
            long start = (window.top() + row) * width + window.left();
            blend(rgba.data(), start, to, (long) row * window.width(), window.width());
          }
        });
  }

  private static void blend(
      ByteDataBuffer rgba, long start, ShortDataBuffer blended, long to, int pixels) {
    byte[] from = new byte[Math.min(PIXELS_AT_ONCE, pixels) * 4];
    short[] onWhite = new short[Math.min(PIXELS_AT_ONCE, pixels) * Pixels.CHANNELS];
    for (int done = 0; done < pixels; done += PIXELS_AT_ONCE) {
      int count = Math.min(PIXELS_AT_ONCE, pixels - done);
      rgba.offset((start + done) * 4).read(from, 0, count * 4);
      for (int pixel = 0; pixel < count; pixel++) {
        int alpha = from[pixel * 4 + 3] & 0xFF;
        int white = 255 * (255 - alpha);
        for (int channel = 0; channel < Pixels.CHANNELS; channel++) {
          int color = from[pixel * 4 + channel] & 0xFF;
          onWhite[pixel * Pixels.CHANNELS + channel] = (short) (color * alpha + white);
        }
      }
      blended.offset((to + done) * Pixels.CHANNELS).write(onWhite, 0, count * Pixels.CHANNELS);
    }
  }
}
