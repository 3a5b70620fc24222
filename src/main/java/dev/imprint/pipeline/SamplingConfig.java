package dev.imprint.pipeline;

import static dev.imprint.model.InvalidSettingException.unless;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.Sha256;
import dev.imprint.model.InvalidSettingException;

/**
 * The settings under {@code sampling}: which pictures people are asked to label, so that accuracy
 * is measured on pictures that nobody chose.
 *
 * @param random share of the predictions, in 0..1
 */
public record SamplingConfig(double random) {
  public static final SamplingConfig DEFAULTS = new SamplingConfig(0);

  /** Keeps the choice independent of the digests by which examples are split. */
  private static final String SALT = "sampling.random";

  /**
   * @throws InvalidSettingException naming key, value and fix
   */
  public SamplingConfig {
    unless(
        random >= 0 && random <= 1,
        "sampling.random",
        random,
        "set a share between 0 (none) and 1 (all), for example 0.01");
  }

  /**
   * Whether to ask for this picture. Depends only on id and picture, so that restarts, replays and
   * instances agree, and another picture under the same id is drawn independently. A larger share
   * asks for the same pictures and more.
   *
   * @param sha256 of the picture, hex
   */
  boolean asks(String imageId, String sha256) {
    String digest = Sha256.hex((SALT + sha256 + imageId).getBytes(UTF_8));
    return Long.parseLong(digest, 0, 12, 16) / 0x1p48 < random;
  }
}
