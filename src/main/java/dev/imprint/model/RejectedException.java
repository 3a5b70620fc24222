package dev.imprint.model;

/** A record cannot be processed, through no fault of the model; it becomes a dead letter. */
public final class RejectedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Rejection reason;

  /**
   * @param message what is wrong and, if possible, what to do; shown to users
   */
  public RejectedException(Rejection reason, String message) {
    // A stack trace for bad input costs more than decoding it and says nothing.
    super(message, null, false, false);
    this.reason = reason;
  }

  public Rejection reason() {
    return reason;
  }
}
