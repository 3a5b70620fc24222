package dev.imprint.training.gate;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;

import dev.imprint.buffer.Example;
import dev.imprint.training.evaluation.LabelProbabilities;
import dev.imprint.training.evaluation.Learned;
import dev.imprint.training.evaluation.UnseenAnswers;
import dev.imprint.training.selection.Selection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The answers of a new head, the challenger, and of the head that serves, the champion, on the same
 * examples. No answer is by a head that has learned from its example.
 *
 * @param pairs at least one
 * @param labels that the challenger knows
 * @param champion null for a first head
 */
public record Contest(List<Pair> pairs, Set<String> labels, @Nullable Opponent champion) {
  /**
   * One example.
   *
   * @param champion null if there is none, or if every head of it has learned from the example
   */
  record Pair(String truth, String challenger, @Nullable String champion) {}

  /**
   * The champion.
   *
   * @param labels that it knows
   * @param mustBeBeaten {@link Champion#mustBeBeaten()}
   * @param tuned {@link Champion#tuned()}
   * @param differs whether the challenger has learned from other labels or pictures, or by another
   *     backbone
   */
  record Opponent(Set<String> labels, boolean mustBeBeaten, boolean tuned, boolean differs) {
    Opponent(Set<String> labels, boolean mustBeBeaten, boolean differs) {
      this(labels, mustBeBeaten, false, differs);
    }

    Opponent {
      labels = Set.copyOf(labels);
    }
  }

  public Contest {
    pairs = List.copyOf(pairs);
    labels = Set.copyOf(labels);
  }

  /** Pairs the answers to what both see. */
  public static Contest of(Selection selection, Challenger challenger, ChampionView view) {
    Champion champion = view.champion();
    UnseenAnswers before =
        champion == null
            ? null
            : new UnseenAnswers(champion.head(), champion.folds(), champion.learned());
    Map<String, String> answers = challenger.labels();
    List<Pair> pairs = new ArrayList<>();
    for (Example example : view.seen()) {
      String now = answers.get(example.imageId());
      if (now != null) {
        String then =
            before == null || view.knownByLooks().contains(example.imageId())
                ? null
                : label(before, example);
        pairs.add(new Pair(example.label(), now, then));
      }
    }
    return new Contest(
        pairs,
        Set.copyOf(challenger.trained().head().labels()),
        champion == null
            ? null
            : new Opponent(
                Set.copyOf(champion.head().labels()),
                champion.mustBeBeaten(),
                champion.tuned(),
                view.newBackbone() || differs(selection.examples(), champion)));
  }

  /** Whether it has learned from other labels or pictures. */
  private static boolean differs(List<Example> examples, Champion champion) {
    Map<String, Set<String>> labels = // copies of one picture may have several
        examples.stream()
            .collect(groupingBy(Example::sha256, mapping(Example::label, Collectors.toSet())));
    Map<String, Learned> learned = champion.learned();
    return !labels.keySet().equals(learned.keySet())
        || !labels.entrySet().stream()
            .allMatch(
                e ->
                    e.getValue().contains(Objects.requireNonNull(learned.get(e.getKey())).label()));
  }

  private static @Nullable String label(UnseenAnswers answers, Example example) {
    LabelProbabilities answer = answers.of(example);
    return answer == null ? null : answer.label();
  }

  /** Labels that are learned, but on no picture that judges, in words. */
  public List<String> unjudged() {
    Set<String> judged = pairs.stream().map(Pair::truth).collect(Collectors.toSet());
    return labels.stream()
        .filter(label -> !judged.contains(label))
        .sorted()
        .map("'%s' is learned, but cannot be judged yet"::formatted)
        .toList();
  }
}
