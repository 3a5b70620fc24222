package dev.imprint.model;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** Why a record goes to a dead letter topic. Doubles as a meter's tag, so the set is closed. */
public enum Rejection {
  /** No value (a tombstone) or a value without bytes. */
  EMPTY,
  /** The key is not an image id: not UTF-8, too long, or another one than the event names. */
  BAD_KEY,
  /** The value looks like an event but cannot be read as one. */
  BAD_EVENT,
  /** More bytes than the limit. */
  TOO_LARGE,
  /** More pixels than the limit. */
  TOO_MANY_PIXELS,
  /** A format that is not read (HEIC, AVIF, TIFF, PDF …) or not an image at all. */
  UNSUPPORTED_FORMAT,
  /** An image of a known format that cannot be decoded. */
  BROKEN_IMAGE,
  /** The model failed on this image though it worked on others. */
  MODEL_FAILED,
  /** The prediction would be over the topic's limit, because of its headers or labels. */
  PREDICTION_TOO_LARGE,
  /** Feedback that cannot be read, or says nothing or two things. */
  BAD_FEEDBACK,
  /** Feedback whose image did not come, or is not the one that its claim names. */
  NO_SUCH_IMAGE,
  /** A verdict on the predicted label of an image that has none. */
  NO_PREDICTED_LABEL,
  /** A record of the topic of commands that is none. */
  BAD_COMMAND,
  /** A record on the topic of labels that is none: somebody else has written there. */
  BAD_LABEL,
  /** A record on the topic of predictions that is none: likewise. */
  BAD_PREDICTION;

  /** Why an image is refused. */
  public static Set<Rejection> ofImages() {
    return EnumSet.range(EMPTY, PREDICTION_TOO_LARGE);
  }

  /** Why feedback is refused: for itself, or for the picture that its claim names. */
  public static Set<Rejection> ofFeedback() {
    return EnumSet.of(
        EMPTY,
        BAD_KEY,
        TOO_LARGE,
        TOO_MANY_PIXELS,
        UNSUPPORTED_FORMAT,
        BROKEN_IMAGE,
        BAD_FEEDBACK,
        NO_SUCH_IMAGE,
        NO_PREDICTED_LABEL,
        BAD_LABEL,
        BAD_PREDICTION);
  }

  /** The name as it stands in headers, meters and documents: lower-case. */
  public String tag() {
    return name().toLowerCase(Locale.ROOT);
  }
}
