package dev.imprint.tensorflow;

import dev.imprint.model.Pixels;
import org.tensorflow.RawTensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.ByteDataBuffer;
import org.tensorflow.ndarray.buffer.ShortDataBuffer;
import org.tensorflow.types.TUint16;

/**
 * Blends pictures on white. In Java, since TensorFlow's ops took 7 of 8 seconds for 49 million
 * pixels.
 */
final class WhiteBackground {
  /** The factor by which the numbers of a blended picture are larger than its pixels. */
  static final int SCALE = 255;

  private static final int PIXELS_AT_ONCE = 1 << 14;

  private WhiteBackground() {}

  /**
   * Blends a decoded picture.
   *
   * @param rgba uint8, height × width × 4
   * @return height × width × 3 in 0..255 × 255: color × alpha + 255 × (255 - alpha), so that
   *     nothing is rounded before it is resized; the caller closes it
   */
  static TUint16 blend(RawTensor rgba) {
    Shape shape = Shape.of(rgba.shape().get(0), rgba.shape().get(1), Pixels.CHANNELS);
    return TUint16.tensorOf(
        shape, blended -> blend(rgba.data(), blended.asRawTensor().data().asShorts()));
  }

  private static void blend(ByteDataBuffer rgba, ShortDataBuffer blended) {
    byte[] from = new byte[PIXELS_AT_ONCE * 4];
    short[] to = new short[PIXELS_AT_ONCE * Pixels.CHANNELS];
    long pixels = rgba.size() / 4;
    for (long done = 0; done < pixels; done += PIXELS_AT_ONCE) {
      int count = (int) Math.min(PIXELS_AT_ONCE, pixels - done);
      rgba.offset(done * 4).read(from, 0, count * 4);
      for (int pixel = 0; pixel < count; pixel++) {
        int alpha = from[pixel * 4 + 3] & 0xFF;
        int white = 255 * (255 - alpha);
        for (int channel = 0; channel < Pixels.CHANNELS; channel++) {
          int color = from[pixel * 4 + channel] & 0xFF;
          to[pixel * Pixels.CHANNELS + channel] = (short) (color * alpha + white);
        }
      }
      blended.offset(done * Pixels.CHANNELS).write(to, 0, count * Pixels.CHANNELS);
    }
  }
}
