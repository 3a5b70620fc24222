package dev.imprint.page.versions;

import dev.imprint.model.ModelVersion;
import dev.imprint.model.ModelVersion.TrainingStart;
import dev.imprint.model.metrics.Metrics;
import dev.imprint.rollout.Models;
import dev.imprint.rollout.RelabelledVersion;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One version in the list.
 *
 * @param parent the version that served when it was trained; null for the first
 * @param labels number of labels that it knows
 * @param examples numbers by use: training, validation, holdout
 * @param fineTuned whether layers of the network were trained for it, too
 * @param relabelled whether it has another version's weights under changed labels
 * @param startedBy null in records of builds that did not say it
 * @param seconds that its training took
 * @param champion the version that served, on the same examples; null if there was none
 * @param verdict the gate's, in words
 */
record VersionSummary(
    String version,
    VersionState state,
    Instant createdAt,
    @Nullable String parent,
    int labels,
    Map<String, Integer> examples,
    boolean fineTuned,
    boolean relabelled,
    @Nullable TrainingStart startedBy,
    double seconds,
    Quality quality,
    @Nullable Quality champion,
    String verdict) {
  VersionSummary {
    examples = Map.copyOf(examples);
  }

  /** How good it and the one that served were; computed once, as intervals take time. */
  record Qualities(Quality own, @Nullable Quality champion) {
    static Qualities of(ModelVersion version) {
      Metrics champion = version.judgement().champion();
      return new Qualities(
          Quality.of(version.judgement().challenger()),
          champion == null ? null : Quality.of(champion));
    }
  }

  static VersionSummary of(ModelVersion version, Qualities qualities, Models models) {
    return new VersionSummary(
        version.version(),
        VersionState.of(version, models),
        version.createdAt(),
        version.parent(),
        version.labels().size(),
        version.training().examples(),
        version.network() != null,
        RelabelledVersion.isRelabelled(version),
        version.training().startedBy(),
        version.training().seconds(),
        qualities.own(),
        qualities.champion(),
        version.judgement().reason());
  }
}
