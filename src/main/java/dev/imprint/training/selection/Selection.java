package dev.imprint.training.selection;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import dev.imprint.buffer.Example;
import dev.imprint.model.ModelVersion.Training;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The examples that a run uses, in the order of their image ids: the buffer's order must not change
 * a head.
 *
 * <p>A label with too few examples is left out instead of refusing the run: one that was seen once
 * must not keep the others from being learned. Only if fewer labels remain than a head needs is
 * there nothing to do.
 *
 * @param judging how heads are judged on them
 * @param leftOut in words, one entry per label
 * @param unlearned the labels left out, those with most examples first; not all if they are many
 */
public record Selection(
    List<Example> examples, Judging judging, List<String> leftOut, List<String> unlearned) {
  private static final Comparator<LabelCount> MOST_FIRST =
      Comparator.comparingInt(LabelCount::examples).reversed().thenComparing(LabelCount::label);

  /**
   * @throws TooFewLabelsException if too few labels remain, or nothing to judge a head by
   */
  public static Selection of(List<Example> examples, GateConfig gate) throws TooFewLabelsException {
    Judging judging = Judging.of(examples.size(), gate);
    Map<String, List<Example>> byLabel =
        examples.stream().collect(groupingBy(Example::label, TreeMap::new, toList()));
    List<Example> chosen = new ArrayList<>();
    List<LabelCount> unlearned = new ArrayList<>();
    byLabel.forEach(
        (label, its) -> {
          LabelCount count = LabelCount.of(label, its, judging);
          if (count.isEnough(gate)) {
            chosen.addAll(its);
          } else {
            unlearned.add(count);
          }
        });
    List<String> shortages = unlearned.stream().map(count -> count.shortage(gate)).toList();
    int labels = byLabel.size() - unlearned.size();
    if (labels < gate.minLabels()) {
      throw tooFew(
          "labels with enough pictures: %d (at least %d needed)"
              .formatted(labels, gate.minLabels()),
          shortages);
    }
    if (chosen.stream().mapToInt(Split::fold).distinct().count() == 1) {
      throw tooFew("all pictures are of one group, so no head can be judged", shortages);
    }
    if (judging.judged(chosen).isEmpty()) {
      throw tooFew("none of the pictures is held out, so no head can be judged", shortages);
    }
    chosen.sort(Comparator.comparing(Example::imageId));
    return new Selection(
        List.copyOf(chosen),
        judging,
        shortages.stream().map(shortage -> "left out: " + shortage).toList(),
        unlearned.stream()
            .sorted(MOST_FIRST)
            .limit(Training.MOST_UNLEARNED)
            .map(LabelCount::label)
            .toList());
  }

  /** Everything that the head learns from, but for {@link #validation()}. */
  public List<Example> training() {
    return examples.stream()
        .filter(example -> judging.learns(example) && !judging.validates(example))
        .toList();
  }

  public List<Example> validation() {
    return examples.stream().filter(judging::validates).toList();
  }

  /** All: {@link #training()}, {@link #validation()}, and those held out. */
  public List<Example> learnedFirst() {
    return Stream.of(
            training(), validation(), examples.stream().filter(e -> !judging.learns(e)).toList())
        .flatMap(List::stream)
        .toList();
  }

  public List<Example> judged() {
    return judging.judged(examples);
  }

  public static TooFewLabelsException tooFew(String what, List<String> shortages) {
    return new TooFewLabelsException(
        VerdictText.sentence(what, shortages)
            + ": label more pictures (imprint label, send --label-by-folder)");
  }
}
