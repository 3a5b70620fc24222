package dev.imprint.labels;

import dev.imprint.model.Label;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.training.selection.GateConfig;
import dev.imprint.training.selection.LabelCount;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How many pictures a label has, and whether it is learned. The JSON of {@code labels list} has
 * these fields.
 *
 * @param missing how many more pictures it needs to be learned
 * @param who number of its pictures by labeller
 */
public record LabelStanding(
    String label,
    int examples,
    Status status,
    int missing,
    Map<String, Integer> who,
    List<String> formerNames) {
  /** Whether it is learned. */
  public enum Status {
    /** The serving version knows it. */
    LEARNED,
    /** There are enough pictures for the next training. */
    WAITING,
    TOO_FEW,
    RETIRED
  }

  /**
   * Each label that pictures have, that the serving version knows, or that is retired, in
   * alphabetical order.
   *
   * @param set under these changes
   */
  public static List<LabelStanding> of(
      LabelledSet set, LabelChanges changes, @Nullable ModelVersion serving, GateConfig gate) {
    Map<String, List<Label>> byLabel = set.byLabel();
    Map<String, LabelCount> counts =
        LabelCount.of(set.learnable(changes).examples(), gate).stream()
            .collect(Collectors.toMap(LabelCount::label, count -> count));
    Set<String> learned = new TreeSet<>();
    if (serving != null) {
      serving.labels().stream().map(changes::named).forEach(learned::add);
    }
    Set<String> all = new TreeSet<>(byLabel.keySet());
    all.addAll(learned);
    all.addAll(changes.retired());
    List<LabelStanding> standings = new ArrayList<>();
    for (String label : all) {
      List<Label> its = byLabel.getOrDefault(label, List.of());
      LabelCount count = counts.getOrDefault(label, new LabelCount(label, 0, 0));
      Status status =
          changes.retired().contains(label)
              ? Status.RETIRED
              : learned.contains(label)
                  ? Status.LEARNED
                  : count.isEnough(gate) ? Status.WAITING : Status.TOO_FEW;
      int missing = status == Status.TOO_FEW ? gate.minTraining() - count.learned() : 0;
      standings.add(
          new LabelStanding(label, its.size(), status, missing, who(its), former(label, changes)));
    }
    return standings;
  }

  private static Map<String, Integer> who(List<Label> labels) {
    Map<String, Integer> who = new TreeMap<>();
    LabelledSet.byWho(labels).forEach((name, its) -> who.put(name, its.size()));
    return who;
  }

  private static List<String> former(String label, LabelChanges changes) {
    return changes.names().entrySet().stream()
        .filter(name -> name.getValue().equals(label))
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }
}
