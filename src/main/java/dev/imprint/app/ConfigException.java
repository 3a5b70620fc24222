package dev.imprint.app;

/** The configuration cannot be used; the message says where, why and what to do. */
final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ConfigException(String message) {
    // Without a cause: those of parsers quote the file, and a file may hold what is secret.
    super(message);
  }
}
