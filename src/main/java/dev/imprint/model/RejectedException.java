package dev.imprint.model;

/** A record cannot be handled, through no fault of the model; it becomes a dead letter. */
public final class RejectedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Rejection reason;

  /**
   * @param message what is wrong and, where there is something, what to do; shown to users
   */
  public RejectedException(Rejection reason, String message) {
    // Stack traces of bad input cost more than decoding it and tell nothing.
    super(message, null, false, false);
    this.reason = reason;
  }

  public Rejection reason() {
    return reason;
  }
}
