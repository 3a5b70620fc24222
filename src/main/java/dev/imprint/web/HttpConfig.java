package dev.imprint.web;

/**
 * Where the HTTP server listens.
 *
 * @param host a name or address of this machine; 0.0.0.0 for all of them
 * @param port 0 for a free one
 */
public record HttpConfig(String host, int port) {
  public static final HttpConfig DEFAULT = new HttpConfig("127.0.0.1", 8080);

  public HttpConfig {
    if (host.isBlank()) {
      throw new IllegalArgumentException(
          "http.host is empty: name an address of this machine, or 0.0.0.0 for all of them");
    }
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException(
          "http.port is %d: it must be in 1..65535, or 0 for a free one".formatted(port));
    }
  }
}
