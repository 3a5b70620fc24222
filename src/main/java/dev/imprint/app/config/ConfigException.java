package dev.imprint.app.config;

/** The configuration cannot be used; the message says where, why and what to do. */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ConfigException(String message) {
    // Without a cause: those of parsers quote the file, and a file may hold what is secret.
    super(message);
  }
}
