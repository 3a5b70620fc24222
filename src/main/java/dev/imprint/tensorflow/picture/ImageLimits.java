package dev.imprint.tensorflow.picture;

import static dev.imprint.model.InvalidSettingException.unless;

import dev.imprint.model.InvalidSettingException;

/**
 * What a picture may cost at most, and lack; larger ones are refused before anything is unpacked.
 *
 * @param maxBytes of the file
 * @param maxPixels width × height
 * @param truncated what becomes of JPEGs that have lost their end
 */
public record ImageLimits(int maxBytes, long maxPixels, Truncated truncated) {
  /** 8 MiB and 50 million pixels; JPEGs without their end are recovered. */
  public static final ImageLimits DEFAULT = new ImageLimits(8 << 20, 50_000_000, Truncated.RECOVER);

  /** What becomes of a JPEG that breaks off before its end marker. */
  public enum Truncated {
    /** It is shown, unless a quarter of its rows is lost. */
    RECOVER,
    /** It is refused. */
    REFUSE
  }

  /**
   * @throws InvalidSettingException naming key, value and fix
   */
  public ImageLimits {
    // A record must stay under Kafka's 2 GiB with all that goes around the picture.
    unless(
        maxBytes >= 1 && maxBytes <= 1 << 30,
        "images.max_bytes",
        maxBytes,
        "set 1 to 1073741824 (1 GiB), for example 8388608");
    // TensorFlow itself unpacks no more than 2^29 bytes of a JPEG.
    unless(
        maxPixels >= 1 && maxPixels <= 178_000_000,
        "images.max_pixels",
        maxPixels,
        "set 1 to 178000000, for example 50000000");
  }
}
