package dev.imprint.tensorflow;

/** A Keras file that cannot be rebuilt; the message names the layer, its option, and what to do. */
public final class KerasImportException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  KerasImportException(String message) {
    super(message);
  }

  KerasImportException(String message, Throwable cause) {
    super(message, cause);
  }
}
