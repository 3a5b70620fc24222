package dev.imprint.page.classes;

import dev.imprint.labels.LabelStanding;
import dev.imprint.labels.LabelStanding.Status;
import dev.imprint.labels.LabelledSet;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.model.metrics.Metrics.PerLabel;
import dev.imprint.rollout.Models;
import dev.imprint.training.selection.GateConfig;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A part of the labels, those with the fewest pictures first, and retired ones last.
 *
 * @param serving the version whose figures these are; null if none serves
 * @param pictures labelled ones in all
 * @param most pictures that any label has
 * @param total of labels
 * @param names of all labels that are not retired, in alphabetical order
 */
record ClassList(
    @Nullable String serving,
    int pictures,
    int most,
    int total,
    List<String> names,
    List<ClassRow> labels) {
  private static final Comparator<LabelStanding> THIN_FIRST =
      Comparator.comparing((LabelStanding each) -> each.status() == Status.RETIRED)
          .thenComparingInt(LabelStanding::examples)
          .thenComparing(LabelStanding::label);

  /**
   * @param set under the models' changes of labels
   */
  static ClassList of(LabelledSet set, Models models, GateConfig gate, ListPart part) {
    LabelChanges changes = models.labelChanges();
    ModelVersion serving = models.serving();
    List<LabelStanding> all =
        LabelStanding.of(set, changes, serving, gate).stream().sorted(THIN_FIRST).toList();
    Map<String, PerLabel> figures = serving == null ? Map.of() : figures(serving, changes);
    return new ClassList(
        serving == null ? null : serving.version(),
        set.labels().size(),
        all.stream().mapToInt(LabelStanding::examples).max().orElse(0),
        all.size(),
        all.stream()
            .filter(each -> each.status() != Status.RETIRED)
            .map(LabelStanding::label)
            .sorted()
            .toList(),
        part.of(all).stream().map(each -> row(each, figures.get(each.label()))).toList());
  }

  private static ClassRow row(LabelStanding standing, @Nullable PerLabel figures) {
    return new ClassRow(standing, figures == null ? null : ClassRow.Figures.of(figures));
  }

  /** By the labels' current names; without those that were judged apart, and merged since. */
  private static Map<String, PerLabel> figures(ModelVersion serving, LabelChanges changes) {
    List<PerLabel> judged = serving.judgement().challenger().labels();
    Map<String, PerLabel> figures = new HashMap<>();
    judged.forEach(each -> figures.put(changes.named(each.label()), each));
    Stream<String> names = judged.stream().map(each -> changes.named(each.label()));
    Map<String, Integer> times = new HashMap<>();
    names.forEach(name -> times.merge(name, 1, Integer::sum));
    figures.keySet().removeIf(name -> times.getOrDefault(name, 0) > 1);
    return figures;
  }
}
