package dev.imprint.training.selection;

/** There are not enough examples yet. The message says what is missing, for users. */
public final class TooFewLabelsException extends Exception {
  private static final long serialVersionUID = 1L;

  public TooFewLabelsException(String message) {
    super(message);
  }
}
