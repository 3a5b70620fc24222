package dev.imprint.tensorflow;

/**
 * What a picture may cost at most; larger ones are refused before anything is unpacked.
 *
 * @param maxBytes of the file
 * @param maxPixels width × height
 */
public record ImageLimits(int maxBytes, long maxPixels) {
  /** 8 MiB and 50 million pixels. */
  public static final ImageLimits DEFAULT = new ImageLimits(8 << 20, 50_000_000);

  public ImageLimits {
    if (maxBytes < 1) {
      throw new IllegalArgumentException(
          "images.max_bytes is %d; set it to at least 1, 8388608 say".formatted(maxBytes));
    }
    // TensorFlow itself unpacks no more than 2^29 bytes of a JPEG.
    if (maxPixels < 1 || maxPixels > 178_000_000) {
      throw new IllegalArgumentException(
          "images.max_pixels is %d; set it to 1..178000000, 50000000 say".formatted(maxPixels));
    }
  }
}
