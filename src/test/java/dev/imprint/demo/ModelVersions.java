package dev.imprint.demo;

import dev.imprint.model.ModelVersion;
import dev.imprint.model.metrics.Metrics;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Versions for tests. */
final class ModelVersions {
  private ModelVersions() {}

  static ModelVersion of(String version, List<String> labels, boolean promoted, String reason) {
    Metrics metrics = new Metrics(10, 1, 1, 1, 1, List.of(), List.of());
    ModelVersion.Artifact artifact = new ModelVersion.Artifact("00", 1, List.of());
    return new ModelVersion(
        version,
        null,
        Instant.EPOCH,
        "00",
        labels,
        artifact,
        artifact,
        new ModelVersion.Training(1, "cpu", 1, Map.of(), Map.of()),
        new ModelVersion.Judgement(promoted, reason, metrics, null, null));
  }
}
