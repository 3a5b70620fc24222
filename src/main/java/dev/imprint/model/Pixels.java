package dev.imprint.model;

/**
 * One image as a backbone takes it: upright, resized, not yet preprocessed.
 *
 * @param height rows
 * @param width columns
 * @param values float32 in 0..255, row-major height × width × 3, channels RGB; not copied, so
 *     nobody may change it
 * @param recovered whether the file had lost its end, and perhaps some rows with it
 */
@SuppressWarnings(
    "ArrayRecordComponent") // compared by nobody; a copy of 600 KB an image would cost
public record Pixels(int height, int width, float[] values, boolean recovered) {
  /** Channels of every image: red, green, blue. */
  public static final int CHANNELS = 3;

  public Pixels {
    if (values.length != height * width * CHANNELS) {
      throw new IllegalArgumentException(
          "%d values for %d × %d × %d".formatted(values.length, height, width, CHANNELS));
    }
  }

  /** Of a whole file. */
  public Pixels(int height, int width, float[] values) {
    this(height, width, values, false);
  }

  /** The same, of a file that had lost its end. */
  public Pixels asRecovered() {
    return new Pixels(height, width, values, true);
  }
}
