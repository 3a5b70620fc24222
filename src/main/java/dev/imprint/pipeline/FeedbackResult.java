package dev.imprint.pipeline;

import java.util.Locale;

/** What became of feedback that was not refused. Doubles as a meter's tag, so the set is closed. */
public enum FeedbackResult {
  /** Its image went into the buffer. */
  LABELLED,
  /** Its image was in the buffer and has another label now. */
  RELABELLED,
  /** Its image is in the buffer under this very label; nothing was written. */
  REPEATED,
  /** It says that a prediction is wrong, not what is right: an outcome, not an example. */
  JUDGED,
  /** Its image is out of the buffer. */
  FORGOTTEN,
  /** An outcome, but the picture is gone from its topic, or was too large: lost to training. */
  PICTURE_LOST,
  /** The same record once more, after a crash under at-least-once delivery. */
  DUPLICATE;

  /** The name as it stands in meters and documents: lower-case. */
  public String tag() {
    return name().toLowerCase(Locale.ROOT);
  }
}
