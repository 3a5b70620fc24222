package dev.imprint.demo;

import dev.imprint.model.Claim;
import dev.imprint.model.Prediction;
import dev.imprint.model.Role;
import dev.imprint.model.head.Score;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Predictions for tests. */
final class Predictions {
  private Predictions() {}

  static Prediction of(String id, @Nullable String label) {
    return new Prediction(
        id,
        label,
        0.9f,
        label == null ? List.of() : List.of(new Score(label, 0.9f)),
        "v1",
        Role.SERVING,
        new Claim("images", 0, 0, "00"),
        null,
        Instant.EPOCH,
        Instant.EPOCH,
        false,
        List.of());
  }
}
