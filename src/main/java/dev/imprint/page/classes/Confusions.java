package dev.imprint.page.classes;

import dev.imprint.model.ModelVersion;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.model.metrics.Metrics;
import dev.imprint.page.classes.Findings.Confused;
import dev.imprint.page.classes.Findings.Mistaken;
import dev.imprint.rollout.Models;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A part of what the serving version confuses, by its record, the most frequent first.
 *
 * @param version null if none serves
 * @param recorded whether the record has a confusion matrix: not with over 100 labels
 * @param total of pairs
 * @param review that found the pictures
 */
record Confusions(
    @Nullable String version,
    boolean recorded,
    int total,
    List<Confusion> confusions,
    ReviewState review) {
  /**
   * A label that was taken for another one.
   *
   * @param count how often
   * @param of how many pictures of it were judged
   * @param pictures that the version, or its heads that have not learned from them, now take for
   *     the other; the most confident first
   */
  record Confusion(String truth, String taken, int count, int of, List<Mistaken> pictures) {}

  static Confusions of(Models models, Review.Reviewed reviewed, ListPart part) {
    ModelVersion serving = models.serving();
    if (serving == null) {
      return new Confusions(null, true, 0, List.of(), reviewed.state());
    }
    Metrics judged = serving.judgement().challenger();
    List<Confusion> all = all(judged, models.labelChanges(), reviewed.findings());
    return new Confusions(
        serving.version(),
        !judged.confusion().isEmpty() || judged.labels().isEmpty(),
        all.size(),
        part.of(all),
        reviewed.state());
  }

  private static List<Confusion> all(Metrics judged, LabelChanges changes, Findings findings) {
    Map<String, Integer> judgedOf = new HashMap<>();
    Map<Confused, Integer> counts = new LinkedHashMap<>();
    for (int i = 0; i < judged.confusion().size(); i++) {
      List<Integer> row = judged.confusion().get(i);
      String truth = changes.named(judged.labels().get(i).label());
      judgedOf.merge(truth, row.stream().mapToInt(Integer::intValue).sum(), Integer::sum);
      for (int j = 0; j < row.size(); j++) {
        String taken = changes.named(judged.labels().get(j).label());
        if (row.get(j) > 0 && !truth.equals(taken)) { // or one by now
          counts.merge(new Confused(truth, taken), row.get(j), Integer::sum);
        }
      }
    }
    List<Confusion> all = new ArrayList<>();
    counts.forEach(
        (its, count) ->
            all.add(
                new Confusion(
                    its.truth(),
                    its.taken(),
                    count,
                    judgedOf.getOrDefault(its.truth(), count),
                    findings.mistakes().getOrDefault(its, List.of()))));
    all.sort(
        Comparator.comparingInt(Confusion::count)
            .thenComparingDouble(each -> (double) each.count() / each.of())
            .reversed());
    return all;
  }
}
