package dev.imprint.web;

import static dev.imprint.model.InvalidSettingException.unless;

import dev.imprint.model.InvalidSettingException;

/**
 * Where the HTTP server listens.
 *
 * @param host a name or address of this machine; 0.0.0.0 for all of them
 * @param port 0 for any free one
 */
public record HttpConfig(String host, int port) {
  public static final HttpConfig DEFAULTS = new HttpConfig("127.0.0.1", 8080);

  /**
   * @throws InvalidSettingException naming key, value and fix
   */
  public HttpConfig {
    unless(
        !host.isBlank(),
        "http.host",
        "empty",
        "set an address of this machine, or 0.0.0.0 for all of them");
    unless(
        port >= 0 && port <= 65_535, "http.port", port, "set 1 to 65535, or 0 for any free port");
  }
}
