package dev.imprint.rollout;

/** Training would only make a version's head again. Its message says so, for users to read. */
public final class NothingNewException extends Exception {
  private static final long serialVersionUID = 1L;

  NothingNewException(String version) {
    super("no label is new since %s; nothing to do (--force trains anyway)".formatted(version));
  }
}
