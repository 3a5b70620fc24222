package dev.imprint.training;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import java.util.List;
import java.util.TreeMap;

/**
 * How many examples a label has.
 *
 * @param learned to learn from, including validation
 * @param judged held out
 */
public record LabelCount(String label, int learned, int judged) {
  /** In alphabetical order. */
  public static List<LabelCount> of(List<Example> examples) {
    return examples.stream()
        .collect(groupingBy(Example::label, TreeMap::new, toList()))
        .entrySet()
        .stream()
        .map(label -> of(label.getKey(), label.getValue()))
        .toList();
  }

  static LabelCount of(String label, List<Example> its) {
    int judged = (int) its.stream().filter(e -> Split.of(e) == Split.HOLDOUT).count();
    return new LabelCount(label, its.size() - judged, judged);
  }

  public int examples() {
    return learned + judged;
  }

  /** Whether a training includes it. */
  public boolean isEnough(GateConfig gate) {
    return shortage(gate).isEmpty();
  }

  /** The shortage in words; empty if there is none. */
  String shortage(GateConfig gate) {
    if (learned >= gate.minTraining() && judged >= gate.minHoldout()) {
      return "";
    }
    return "%d %s of '%s': %d for training (%d needed), %d held out (%d needed)"
        .formatted(
            examples(),
            examples() == 1 ? "label" : "labels",
            label,
            learned,
            gate.minTraining(),
            judged,
            gate.minHoldout());
  }
}
