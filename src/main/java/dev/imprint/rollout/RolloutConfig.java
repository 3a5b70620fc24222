package dev.imprint.rollout;

import static dev.imprint.model.InvalidSettingException.unless;

import dev.imprint.model.InvalidSettingException;
import org.jspecify.annotations.Nullable;

/**
 * The settings under {@code rollout}.
 *
 * @param pin the version that this instance serves regardless of the rollout; null follows the
 *     rollout
 * @param keepVersions how many of the newest versions are kept, in addition to the serving one and
 *     the previous one
 */
public record RolloutConfig(@Nullable String pin, int keepVersions) {
  public static final RolloutConfig DEFAULTS = new RolloutConfig(null, 20);

  /**
   * @throws InvalidSettingException naming key, value and fix
   */
  public RolloutConfig {
    unless(
        pin == null || !pin.isBlank(),
        "rollout.pin",
        "blank",
        "set a version such as v12-15a7825e, or null to follow the rollout");
    unless(keepVersions >= 1, "rollout.keep_versions", keepVersions, "set at least 1 version");
  }
}
