package dev.imprint.model;

import dev.imprint.model.head.Score;
import java.time.Instant;
import java.util.List;

/** Predictions for tests. */
public final class Predictions {
  private Predictions() {}

  /** Of the version that serves, v1; the label is that of the first score. */
  public static Prediction of(
      String imageId, Claim claim, Instant receivedAt, Instant predictedAt, Score... scores) {
    return new Prediction(
        imageId,
        scores[0].label(),
        scores[0].confidence(),
        List.of(scores),
        "v1",
        Role.SERVING,
        claim,
        null,
        receivedAt,
        predictedAt,
        false,
        List.of());
  }
}
