package dev.imprint.pipeline.part;

import java.util.Locale;

/** The result of feedback that was not refused. Doubles as a meter's tag, so the set is closed. */
public enum FeedbackResult {
  /** Its image was added to the buffer. */
  LABELLED,
  /** Its image was in the buffer and now has another label. */
  RELABELLED,
  /** Its image is already in the buffer under this label; nothing was written. */
  REPEATED,
  /** It says that a prediction is wrong, but not what is right: an outcome, not an example. */
  JUDGED,
  /** Its image is no longer in the buffer. */
  FORGOTTEN,
  /** An outcome, but the picture is gone from its topic, or was too large: lost for training. */
  PICTURE_LOST,
  /** The same record again, after a crash under at-least-once delivery. */
  DUPLICATE;

  /** The name used in meters and documents: lower-case. */
  public String tag() {
    return name().toLowerCase(Locale.ROOT);
  }
}
