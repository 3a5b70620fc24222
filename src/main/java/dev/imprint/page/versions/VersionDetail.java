package dev.imprint.page.versions;

import dev.imprint.model.ModelVersion;
import dev.imprint.model.metrics.Interval;
import dev.imprint.model.metrics.Metrics;
import dev.imprint.model.metrics.Metrics.PerLabel;
import dev.imprint.rollout.Models;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All about one version.
 *
 * @param before the version that it is compared with: the one that served when it was trained, or
 *     else the one before it; null for the first
 * @param labels figures of each, the least F1 first
 * @param model its record, as {@code models show} prints it
 */
record VersionDetail(
    VersionSummary summary,
    @Nullable String before,
    List<LabelFigures> labels,
    ModelVersion model) {
  /**
   * A share, with its 95 % interval if that is known.
   *
   * @param value in 0..1
   */
  record Share(double value, @Nullable Interval interval) {}

  /**
   * @param support examples with this label that the version was judged on
   * @param championF1 of the version that served, on the same examples; null if it has none
   */
  record LabelFigures(
      String label,
      int support,
      Share precision,
      Share recall,
      Share f1,
      @Nullable Double championF1) {}

  VersionDetail {
    labels = List.copyOf(labels);
  }

  static VersionDetail of(ModelVersion version, VersionSummary summary, Models models) {
    Metrics champion = version.judgement().champion();
    ModelVersion before = before(version, models);
    Map<String, Double> championF1 = new HashMap<>();
    if (champion != null) {
      champion.labels().forEach(label -> championF1.put(label.label(), label.f1()));
    }
    return new VersionDetail(
        summary,
        before == null ? null : before.version(),
        version.judgement().challenger().labels().stream()
            .sorted(Comparator.comparingDouble(PerLabel::f1))
            .map(label -> figures(label, championF1.get(label.label())))
            .toList(),
        version);
  }

  /** The version that a version is compared with; null for the first. */
  static @Nullable ModelVersion before(ModelVersion version, Models models) {
    String parent = version.parent();
    ModelVersion served = parent == null ? null : models.version(parent);
    int index = models.versions().indexOf(version);
    return served != null || index <= 0 ? served : models.versions().get(index - 1);
  }

  private static LabelFigures figures(PerLabel label, @Nullable Double championF1) {
    return new LabelFigures(
        label.label(),
        label.support(),
        new Share(label.precision(), label.precisionInterval()),
        new Share(label.recall(), label.recallInterval()),
        new Share(label.f1(), label.f1Interval()),
        championF1);
  }
}
