package dev.imprint.training.selection;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import dev.imprint.buffer.Example;
import java.util.List;
import java.util.TreeMap;

/**
 * How many examples a label has.
 *
 * @param examples all of them
 * @param learned those that a training learns from
 */
public record LabelCount(String label, int examples, int learned) {
  /** In alphabetical order. */
  public static List<LabelCount> of(List<Example> examples, GateConfig gate) {
    Judging judging = Judging.of(examples.size(), gate);
    return examples.stream()
        .collect(groupingBy(Example::label, TreeMap::new, toList()))
        .entrySet()
        .stream()
        .map(label -> of(label.getKey(), label.getValue(), judging))
        .toList();
  }

  static LabelCount of(String label, List<Example> its, Judging judging) {
    return new LabelCount(label, its.size(), (int) its.stream().filter(judging::learns).count());
  }

  /** Whether a training includes it. */
  public boolean isEnough(GateConfig gate) {
    return learned >= gate.minTraining();
  }

  /** In words. */
  String shortage(GateConfig gate) {
    String heldOut =
        examples > learned ? ", %d of them held out".formatted(examples - learned) : "";
    return "%d %s of '%s'%s: %d to learn from needed"
        .formatted(
            examples, examples == 1 ? "label" : "labels", label, heldOut, gate.minTraining());
  }
}
