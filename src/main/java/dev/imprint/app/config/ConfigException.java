package dev.imprint.app.config;

/** The configuration is invalid; the message says where, why and what to do. */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ConfigException(String message) {
    // No cause: parsers' exceptions quote the file, which may contain secrets.
    super(message);
  }
}
