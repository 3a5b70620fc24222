package dev.imprint.app.users;

import dev.imprint.web.api.AccessRole;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Whom a line of the settings is for. */
final class UserOptions {
  @Parameters(
      index = "0",
      paramLabel = "NAME",
      description = "Name of the user or program; labels that it gives carry it.")
  private String name;

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      defaultValue = "label",
      description =
          "look (see everything), label (also give labels) or operate (also change which version"
              + " serves);"
              + " default: ${DEFAULT-VALUE}.")
  private AccessRole role;

  /**
   * The line, in YAML.
   *
   * @param key of the secret's hash
   */
  String line(String key, String hash) {
    return "- {name: \"%s\", role: %s, %s: \"%s\"}".formatted(name, role, key, hash);
  }
}
