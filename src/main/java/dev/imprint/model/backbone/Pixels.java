package dev.imprint.model.backbone;

/**
 * One image as input to a backbone: upright, resized, not yet preprocessed.
 *
 * @param height rows
 * @param width columns
 * @param values float32 in 0..255, row-major height × width × 3, channels RGB; not copied, so it
 *     must not be modified
 * @param recovered whether the file was truncated, and some rows may be missing
 */
@SuppressWarnings(
    "ArrayRecordComponent") // never compared; a copy of 600 KB per image would be expensive
public record Pixels(int height, int width, float[] values, boolean recovered) {
  /** Channels of every image: red, green, blue. */
  public static final int CHANNELS = 3;

  public Pixels {
    if (values.length != height * width * CHANNELS) {
      throw new IllegalArgumentException(
          "%d values for %d × %d × %d".formatted(values.length, height, width, CHANNELS));
    }
  }

  /** Pixels of a complete file. */
  public Pixels(int height, int width, float[] values) {
    this(height, width, values, false);
  }

  /** The same pixels, from a truncated file. */
  public Pixels asRecovered() {
    return new Pixels(height, width, values, true);
  }
}
