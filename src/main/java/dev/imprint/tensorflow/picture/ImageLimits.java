package dev.imprint.tensorflow.picture;

import static dev.imprint.model.InvalidSettingException.unless;

import dev.imprint.model.InvalidSettingException;

/**
 * Limits on a picture's cost, and on how damaged it may be; larger ones are refused before anything
 * is unpacked.
 *
 * @param maxBytes of the file
 * @param maxPixels width × height
 * @param truncated how truncated JPEGs are handled
 */
public record ImageLimits(int maxBytes, long maxPixels, Truncated truncated) {
  /** 8 MiB and 50 million pixels; truncated JPEGs are recovered. */
  public static final ImageLimits DEFAULT = new ImageLimits(8 << 20, 50_000_000, Truncated.RECOVER);

  /** How a JPEG without its end marker is handled. */
  public enum Truncated {
    /** It is shown, unless a quarter of its rows is missing. */
    RECOVER,
    /** It is refused. */
    REFUSE
  }

  /**
   * @throws InvalidSettingException naming key, value and fix
   */
  public ImageLimits {
    // A record, including everything around the picture, must stay below Kafka's 2 GiB.
    unless(
        maxBytes >= 1 && maxBytes <= 1 << 30,
        "images.max_bytes",
        maxBytes,
        "set 1 to 1073741824 (1 GiB), for example 8388608");
    // TensorFlow itself unpacks at most 2^29 bytes of a JPEG.
    unless(
        maxPixels >= 1 && maxPixels <= 178_000_000,
        "images.max_pixels",
        maxPixels,
        "set 1 to 178000000, for example 50000000");
  }
}
