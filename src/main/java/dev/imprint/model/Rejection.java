package dev.imprint.model;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** Why a record goes to a dead letter topic. Also used as a meter's tag, so the set is closed. */
public enum Rejection {
  /** No value (a tombstone) or a value without bytes. */
  EMPTY,
  /** The key is not an image id: not UTF-8, too long, or different from the event's. */
  BAD_KEY,
  /** The value looks like an event but cannot be read as one. */
  BAD_EVENT,
  /** More bytes than the limit. */
  TOO_LARGE,
  /** More pixels than the limit. */
  TOO_MANY_PIXELS,
  /** An unsupported format (HEIC, AVIF, TIFF, PDF …) or not an image at all. */
  UNSUPPORTED_FORMAT,
  /** An image of a known format that cannot be decoded. */
  BROKEN_IMAGE,
  /** The model failed on this image but worked on others. */
  MODEL_FAILED,
  /** The prediction would exceed the topic's limit, because of its headers or labels. */
  PREDICTION_TOO_LARGE,
  /** Feedback that cannot be parsed, or has neither or both of label and verdict. */
  BAD_FEEDBACK,
  /** Feedback whose image did not arrive, or is not the one that its claim names. */
  NO_SUCH_IMAGE,
  /** A verdict on an image without a predicted label. */
  NO_PREDICTED_LABEL,
  /** A record on the {@code commands} topic that is not a command. */
  BAD_COMMAND,
  /** A record on the {@code labels} topic that is not a label: somebody else wrote it. */
  BAD_LABEL,
  /** A record on the {@code predictions} topic that is not a prediction: somebody else wrote it. */
  BAD_PREDICTION;

  /** The reasons for refusing an image. */
  public static Set<Rejection> ofImages() {
    return EnumSet.range(EMPTY, PREDICTION_TOO_LARGE);
  }

  /** The reasons for refusing feedback: its own, or those of the picture that its claim names. */
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

  /** The name in headers, meters and documents, in lower case. */
  public String tag() {
    return name().toLowerCase(Locale.ROOT);
  }
}
