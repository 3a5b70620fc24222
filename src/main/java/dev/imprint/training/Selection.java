package dev.imprint.training;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The examples that a run uses, by side of the split, in the order of their image ids: the buffer's
 * order must not change a head.
 *
 * <p>A label with too few examples is left out rather than refused: one that occurred once must not
 * keep the others from being learned. Only if fewer labels remain than a head needs is the run
 * refused.
 *
 * @param leftOut in words, one entry per label
 */
record Selection(
    List<Example> training, List<Example> validation, List<Example> holdout, List<String> leftOut) {

  /**
   * @throws TooFewLabelsException if too few labels remain
   */
  static Selection of(List<Example> examples, GateConfig gate) throws TooFewLabelsException {
    Map<String, List<Example>> byLabel =
        examples.stream().collect(groupingBy(Example::label, TreeMap::new, toList()));
    List<Example> chosen = new ArrayList<>();
    List<String> shortages = new ArrayList<>();
    byLabel.forEach(
        (label, its) -> {
          String shortage = LabelCount.of(label, its).shortage(gate);
          if (shortage.isEmpty()) {
            chosen.addAll(its);
          } else {
            shortages.add(shortage);
          }
        });
    int labels = byLabel.size() - shortages.size();
    if (labels < gate.minLabels()) {
      throw new TooFewLabelsException(
          VerdictText.sentence(
                  "labels with enough pictures: %d (at least %d needed)"
                      .formatted(labels, gate.minLabels()),
                  shortages)
              + ": label more pictures (imprint label, send --label-by-folder)");
    }
    chosen.sort(Comparator.comparing(Example::imageId));
    return new Selection(
        on(Split.TRAINING, chosen),
        on(Split.VALIDATION, chosen),
        on(Split.HOLDOUT, chosen),
        shortages.stream().map(shortage -> "left out: " + shortage).toList());
  }

  List<Example> all() {
    return Stream.of(training, validation, holdout).flatMap(List::stream).toList();
  }

  private static List<Example> on(Split side, List<Example> examples) {
    return examples.stream().filter(example -> Split.of(example) == side).toList();
  }
}
