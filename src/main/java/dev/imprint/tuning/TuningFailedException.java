package dev.imprint.tuning;

/** A fine-tuning failed, and the reason; the service is not affected. */
public final class TuningFailedException extends Exception {
  private static final long serialVersionUID = 1;

  public TuningFailedException(String message) {
    super(message);
  }

  public TuningFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
