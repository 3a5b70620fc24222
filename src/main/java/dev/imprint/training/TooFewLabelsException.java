package dev.imprint.training;

/** There is not enough to learn from yet. Its message says what is missing, for users to read. */
public final class TooFewLabelsException extends Exception {
  private static final long serialVersionUID = 1L;

  public TooFewLabelsException(String message) {
    super(message);
  }
}
