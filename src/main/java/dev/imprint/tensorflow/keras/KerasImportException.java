package dev.imprint.tensorflow.keras;

/** A Keras file that cannot be rebuilt; the message names the layer, its option, and what to do. */
public final class KerasImportException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** Names and values come from the file, and may be long. */
  private static final int LONGEST = 2000;

  public KerasImportException(String message) {
    super(shortened(message));
  }

  public KerasImportException(String message, Throwable cause) {
    super(shortened(message), cause);
  }

  private static String shortened(String message) {
    return message.length() <= LONGEST ? message : message.substring(0, LONGEST) + " …";
  }
}
