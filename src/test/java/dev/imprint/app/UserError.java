package dev.imprint.app;

import java.util.List;

/**
 * One mistake.
 *
 * @param command with {kafka} (an open broker with topics), {secured} (one with passwords and
 *     ACLs), {web} (a web server), {nobody} (a port on which nobody listens), {taken} (a port in
 *     use) and {dir} (has the files of {@link UserErrorFiles})
 * @param says what happened, where, and what to do
 */
record UserError(String what, String command, int exitCode, List<String> says) {
  static UserError error(String what, String command, int exitCode, String... says) {
    return new UserError(what, command, exitCode, List.of(says));
  }

  @Override
  public String toString() {
    return what;
  }
}
