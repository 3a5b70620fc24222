package dev.imprint.leader;

/** Training would only produce an existing version's head again. The message says so to users. */
public final class NothingNewException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String version;

  NothingNewException(String version) {
    super(
        "there are no new labels since %s, so there is nothing to do (--force trains anyway)"
            .formatted(version));
    this.version = version;
  }

  /** The version that has learned from all labels. */
  String version() {
    return version;
  }
}
