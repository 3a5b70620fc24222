package dev.imprint.comparison;

import dev.imprint.buffer.StoredExamples;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.ModelVersion.Lineage;
import dev.imprint.model.ModelVersion.Training;
import dev.imprint.model.metrics.Metrics;
import dev.imprint.rollout.ModelStore;
import dev.imprint.rollout.OpenBackbones;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The differences between two versions, according to their records and manifests. The command's
 * JSON form; its fields are fixed.
 *
 * @param settings and whatever else the numbers of a head depend on; only those that differ
 * @param gainedLabels that only {@code b} has learned; likewise {@code lostLabels}
 * @param metrics of each on the examples that it was judged on, over all labels and by label
 */
public record VersionDiff(
    String a,
    String b,
    List<Setting> settings,
    List<String> gainedLabels,
    List<String> lostLabels,
    Examples examples,
    List<MetricsPair> metrics) {

  /** Null where it is not known, or does not exist. */
  public record Setting(String key, @Nullable String a, @Nullable String b) {}

  /**
   * Examples by image id.
   *
   * @param common in both with the same picture and label
   * @param gained labels of those that only {@code b} has; likewise {@code lost}
   * @param otherPicture labels of those whose picture is another one
   */
  public record Examples(
      int common,
      Map<String, String> gained,
      Map<String, String> lost,
      List<Relabelled> relabelled,
      Map<String, String> otherPicture) {}

  public record Relabelled(String imageId, String a, String b) {}

  /**
   * @param label null for all of them: then these are the macro averages
   */
  public record MetricsPair(@Nullable String label, @Nullable Figures a, @Nullable Figures b) {}

  /**
   * @param accuracy null for a single label
   * @param examples that it was judged on
   */
  public record Figures(
      @Nullable Double accuracy, double precision, double recall, double f1, int examples) {}

  public VersionDiff {
    settings = List.copyOf(settings);
    gainedLabels = List.copyOf(gainedLabels);
    lostLabels = List.copyOf(lostLabels);
    metrics = List.copyOf(metrics);
  }

  /**
   * @throws IOException if a manifest cannot be read
   */
  public static VersionDiff of(ModelVersion a, ModelVersion b, ModelStore store)
      throws IOException {
    return new VersionDiff(
        a.version(),
        b.version(),
        settings(a, b),
        without(b.labels(), a.labels()),
        without(a.labels(), b.labels()),
        examples(store.examples(a), store.examples(b)),
        metrics(a.judgement().challenger(), b.judgement().challenger()));
  }

  private static List<String> without(List<String> labels, List<String> others) {
    return labels.stream().filter(label -> !others.contains(label)).toList();
  }

  private static List<Setting> settings(ModelVersion a, ModelVersion b) {
    Map<String, String> one = settings(a);
    Map<String, String> other = settings(b);
    TreeSet<String> keys = new TreeSet<>(one.keySet());
    keys.addAll(other.keySet());
    return keys.stream()
        .filter(key -> !Objects.equals(one.get(key), other.get(key)))
        .map(key -> new Setting(key, one.get(key), other.get(key)))
        .toList();
  }

  private static Map<String, String> settings(ModelVersion version) {
    Training training = version.training();
    Map<String, String> all = new TreeMap<>(training.configuration());
    all.put("seed", String.valueOf(training.seed()));
    all.put("backbone", OpenBackbones.shortened(version.backboneId()));
    all.put("device", training.device());
    Lineage lineage = training.lineage();
    if (lineage != null) {
      all.put("release", lineage.release());
      all.put("processor", lineage.processor());
      all.put("threads", String.valueOf(lineage.threads()));
      if (lineage.commit() != null) {
        all.put("commit", lineage.commit());
      }
    }
    return all;
  }

  private static Examples examples(List<StoredExamples.Past> a, List<StoredExamples.Past> b) {
    Map<String, StoredExamples.Past> before = byId(a);
    Map<String, String> gained = new TreeMap<>();
    Map<String, String> otherPicture = new TreeMap<>();
    List<Relabelled> relabelled = new ArrayList<>();
    int common = 0;
    for (StoredExamples.Past now : byId(b).values()) {
      StoredExamples.Past then = before.remove(now.imageId());
      if (then == null) {
        gained.put(now.imageId(), now.label());
      } else if (!then.sha256().equals(now.sha256())) {
        otherPicture.put(now.imageId(), now.label());
      } else if (!then.label().equals(now.label())) {
        relabelled.add(new Relabelled(now.imageId(), then.label(), now.label()));
      } else {
        common++;
      }
    }
    Map<String, String> lost = new TreeMap<>();
    before.values().forEach(past -> lost.put(past.imageId(), past.label()));
    return new Examples(common, gained, lost, relabelled, otherPicture);
  }

  private static Map<String, StoredExamples.Past> byId(List<StoredExamples.Past> examples) {
    return examples.stream()
        .collect(
            Collectors.toMap(
                StoredExamples.Past::imageId, Function.identity(), (x, y) -> y, TreeMap::new));
  }

  private static List<MetricsPair> metrics(Metrics a, Metrics b) {
    List<MetricsPair> all = new ArrayList<>();
    all.add(new MetricsPair(null, macro(a), macro(b)));
    Map<String, Figures> before = byLabel(a);
    Map<String, Figures> after = byLabel(b);
    TreeSet<String> labels = new TreeSet<>(before.keySet());
    labels.addAll(after.keySet());
    labels.forEach(label -> all.add(new MetricsPair(label, before.get(label), after.get(label))));
    return all;
  }

  private static Figures macro(Metrics metrics) {
    return new Figures(
        metrics.accuracy(),
        metrics.macroPrecision(),
        metrics.macroRecall(),
        metrics.macroF1(),
        metrics.examples());
  }

  private static Map<String, Figures> byLabel(Metrics metrics) {
    Map<String, Figures> figures = new TreeMap<>();
    for (Metrics.PerLabel label : metrics.labels()) {
      figures.put(
          label.label(),
          new Figures(null, label.precision(), label.recall(), label.f1(), label.support()));
    }
    return figures;
  }
}
