package dev.imprint.app;

import dev.imprint.model.Prediction;
import dev.imprint.terminal.Text;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Objects;

/** A prediction on one line of a terminal: time, image, label, confidence, version. */
final class PredictionLine {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");

  /** Width of the other columns; the rest is for the image's id. */
  private static final int OTHERS = 48;

  private static final int MOST_ID = 60;
  private static final int NARROW = 72;

  private PredictionLine() {}

  /**
   * @param width of the terminal; a narrow one shows neither time nor version
   */
  static String of(Prediction prediction, int width) {
    String label = Text.oneLine(Objects.requireNonNullElse(prediction.label(), "-"));
    if (width < NARROW) {
      return String.format(
          Locale.ROOT,
          "%s  %-12s  %.2f",
          Text.padded(Text.oneLine(prediction.imageId()), Math.max(8, width - 21)),
          label,
          prediction.confidence());
    }
    return String.format(
        Locale.ROOT,
        "%s  %s  %-14s  %.2f  %s",
        TIME.format(prediction.predictedAt().atZone(ZoneId.systemDefault())),
        Text.padded(Text.oneLine(prediction.imageId()), Math.min(MOST_ID, width - OTHERS)),
        label,
        prediction.confidence(),
        prediction.modelVersion());
  }
}
