package dev.imprint.tensorflow.export;

import java.util.Locale;

/** A form in which a classifier is exported. */
public enum ExportFormat {
  /** A {@code .keras} file, with its labels beside it. */
  KERAS,
  /** A folder for TensorFlow Serving and other users of TensorFlow, with its labels inside. */
  SAVEDMODEL;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
