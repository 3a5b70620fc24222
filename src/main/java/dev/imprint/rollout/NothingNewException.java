package dev.imprint.rollout;

/** Training would only make a version's head again. Its message says so, for users to read. */
public final class NothingNewException extends Exception {
  private static final long serialVersionUID = 1L;

  NothingNewException(String version) {
    super(
        "there are no new labels since %s, so there is nothing to do (--force trains anyway)"
            .formatted(version));
  }
}
