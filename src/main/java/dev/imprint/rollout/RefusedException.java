package dev.imprint.rollout;

/** A decision that is not carried out; nothing has changed. Its message says why, for people. */
public final class RefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  RefusedException(String message) {
    super(message);
  }

  RefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
