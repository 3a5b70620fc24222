package dev.imprint.pipeline;

/**
 * The settings under {@code predictions}.
 *
 * @param format how predictions are written
 */
public record PredictionsConfig(PredictionFormat format) {
  /** How predictions are written. */
  public enum PredictionFormat {
    JSON,
    /** Avro's single-object encoding, schema prediction.avsc. */
    AVRO
  }

  public static final PredictionsConfig DEFAULTS = new PredictionsConfig(PredictionFormat.JSON);
}
