package dev.imprint.runs;

import static dev.imprint.model.InvalidSettingException.unless;

import dev.imprint.model.InvalidSettingException;

/**
 * The settings under {@code runs}.
 *
 * @param keep how many of the newest trainings keep their curves and pictures for TensorBoard; 0
 *     for none
 */
public record RunsConfig(int keep) {
  public static final RunsConfig DEFAULTS = new RunsConfig(20);

  /**
   * @throws InvalidSettingException naming key, value and fix
   */
  public RunsConfig {
    unless(keep >= 0, "runs.keep", keep, "set 0 (none) or more training runs");
  }
}
