package dev.imprint.model;

/**
 * One image as a backbone takes it: upright, resized, not yet preprocessed.
 *
 * @param height rows
 * @param width columns
 * @param values float32 in 0..255, row-major height × width × 3, channels RGB; not copied, so
 *     nobody may change it
 */
@SuppressWarnings(
    "ArrayRecordComponent") // compared by nobody; a copy of 600 KB an image would cost
public record Pixels(int height, int width, float[] values) {
  /** Channels of every image: red, green, blue. */
  public static final int CHANNELS = 3;

  public Pixels {
    if (values.length != height * width * CHANNELS) {
      throw new IllegalArgumentException(
          "%d values for %d × %d × %d".formatted(values.length, height, width, CHANNELS));
    }
  }
}
