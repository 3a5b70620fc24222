package dev.imprint.training;

import dev.imprint.model.Head;
import dev.imprint.model.Metrics;
import dev.imprint.model.ModelVersion.Judgement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a new head, the challenger, is good enough to replace the champion. Both are
 * judged on the same holdout: the examples of the labels that the challenger knows, each with the
 * embeddings of its own backbone.
 *
 * <p>The challenger is refused if
 *
 * <ul>
 *   <li>the champion is a whole classifier that came with the backbone, and the challenger's macro
 *       F1 is not higher; the champion is wrong on each label that it does not know;
 *   <li>its macro F1 is below the champion's by more than the tolerance;
 *   <li>a label that both know, with enough examples in the holdout, loses too much recall;
 *   <li>on the examples of <em>old</em> labels, those that both know, its macro F1 is below the
 *       champion's by more than the tolerance. A champion cannot be right on a label it has never
 *       seen, so on the whole holdout, new labels alone would get any challenger through. If the
 *       challenger knows new labels, this tolerance is wider: a new label takes a few pictures from
 *       the old ones, and a tolerance smaller than the weight of one picture in a small holdout
 *       would keep it out forever. New labels themselves need no minimum, since the champion is
 *       never right on them; the verdict states their recall;
 *   <li>on {@value #LARGE_HOLDOUT} old examples or more it is significantly worse: McNemar's paired
 *       test (with Edwards' correction, one-sided, 5 %) on the pictures that only one of the two
 *       gets right, less the tolerance's share of all. Macro F1 can hide a loss on the most
 *       frequent label. With fewer examples the test is skipped, so that it does not interfere with
 *       the rules of the first days.
 * </ul>
 *
 * <p>A label that only the champion knows (all its examples were forgotten, or too few are left) is
 * not judged, but named in the verdict. If they have no label in common, and for the first head,
 * the challenger must beat the majority class: have a higher macro recall than always answering one
 * label, which is 1 over the number of labels. Accuracy would not do: a good head for one defect in
 * a hundred pictures may have a lower accuracy than a head that never finds one.
 */
public final class Gate {
  /** Minimum number of old examples for the paired test. */
  static final int LARGE_HOLDOUT = 1000;

  /** One-sided 5 % of the normal distribution. */
  private static final double CRITICAL = 1.645;

  /** 0.95 minus 0.85 is not 0.10 in binary. */
  private static final double ROUNDING = 1e-9;

  private final GateConfig config;

  public Gate(GateConfig config) {
    this.config = config;
  }

  /**
   * @param champion null for none
   * @param holdout at least one, each of a label that the challenger knows
   * @param seen the same in the same order, as the champion's backbone sees them
   * @param notes in words, appended to the verdict
   */
  public Judgement judge(
      Head challenger,
      @Nullable Champion champion,
      List<Example> holdout,
      List<Example> seen,
      List<String> notes) {
    Verdicts verdicts = new Verdicts(holdout, Evaluation.predict(challenger, holdout));
    if (champion == null) {
      return first(verdicts.metrics(), null, notes);
    }
    Set<String> old = new HashSet<>(champion.head().labels());
    Set<String> gone = new HashSet<>(old);
    challenger.labels().forEach(gone::remove);
    old.retainAll(challenger.labels());
    List<String> allNotes = new ArrayList<>(notes);
    gone.stream().sorted().map("'%s' is no longer known"::formatted).forEach(allNotes::add);
    Verdicts before = new Verdicts(holdout, Evaluation.predict(champion.head(), seen));
    if (old.isEmpty()) {
      return first(verdicts.metrics(), before.metrics(), allNotes);
    }
    List<String> unbeaten =
        champion.mustBeBeaten() && !beats(verdicts.metrics(), before.metrics())
            ? List.of("the bundled classifier must be beaten first")
            : List.of();
    return against(verdicts, before, old, unbeaten, allNotes);
  }

  private static Judgement first(
      Metrics challenger, @Nullable Metrics champion, List<String> notes) {
    long labels = challenger.labels().stream().filter(label -> label.support() > 0).count();
    double majority = 1.0 / labels;
    boolean promoted = challenger.macroRecall() > majority;
    String reason =
        format(
            "%s: macro F1 %.3f on %d pictures, macro recall %.3f against %.3f for always giving"
                + " the same label",
            promoted ? "promoted" : "refused",
            challenger.macroF1(),
            challenger.examples(),
            challenger.macroRecall(),
            majority);
    return new Judgement(promoted, VerdictText.sentence(reason, notes), challenger, champion);
  }

  private static boolean beats(Metrics challenger, Metrics champion) {
    return challenger.macroF1() > champion.macroF1() + ROUNDING;
  }

  private Judgement against(
      Verdicts challenger,
      Verdicts champion,
      Set<String> old,
      List<String> unbeaten,
      List<String> notes) {
    Metrics now = challenger.metrics();
    Metrics then = champion.metrics();
    Verdicts oldNow = challenger.of(old);
    Verdicts oldThen = champion.of(old);
    boolean newLabels = oldNow.holdout().size() < challenger.holdout().size();
    double tolerance = newLabels ? config.newLabelTolerance() : config.macroF1Tolerance();
    List<String> refusals = new ArrayList<>(unbeaten);
    if (now.macroF1() < then.macroF1() - config.macroF1Tolerance() - ROUNDING) {
      refusals.add(format("at most %.3f lower is allowed", config.macroF1Tolerance()));
    }
    List<String> details = new ArrayList<>();
    if (newLabels) {
      double f1 = oldNow.metrics().macroF1();
      double f1Then = oldThen.metrics().macroF1();
      String apart =
          format(
              "%.3f against %.3f on the %d pictures with old labels",
              f1, f1Then, oldNow.holdout().size());
      if (f1 < f1Then - tolerance - ROUNDING) {
        refusals.add(apart + format(", at most %.3f lower is allowed", tolerance));
      } else {
        details.add(apart);
      }
    }
    refusals.addAll(recallsLost(now, then, old));
    refusals.addAll(significantlyWorse(oldNow, oldThen, tolerance));
    details.addAll(0, refusals);
    details.addAll(recallsOfNew(now, old));
    details.addAll(notes);
    String reason =
        format(
            "%s: macro F1 %.3f against %.3f on %d pictures",
            refusals.isEmpty() ? "promoted" : "refused",
            now.macroF1(),
            then.macroF1(),
            now.examples());
    return new Judgement(refusals.isEmpty(), VerdictText.sentence(reason, details), now, then);
  }

  private List<String> recallsLost(Metrics now, Metrics then, Set<String> old) {
    Map<String, Metrics.PerLabel> before =
        then.labels().stream()
            .collect(Collectors.toMap(Metrics.PerLabel::label, Function.identity()));
    List<String> lost = new ArrayList<>();
    for (Metrics.PerLabel label : now.labels()) {
      Metrics.PerLabel its = before.get(label.label());
      if (its != null
          && old.contains(label.label())
          && label.support() >= config.recallDropFrom()
          && its.recall() - label.recall() > config.recallDrop() + ROUNDING) {
        lost.add(
            format(
                "recall of '%s' %.3f against %.3f on %d pictures",
                label.label(), label.recall(), its.recall(), label.support()));
      }
    }
    return lost;
  }

  private static List<String> significantlyWorse(Verdicts now, Verdicts then, double margin) {
    int size = now.holdout().size();
    if (size < LARGE_HOLDOUT) {
      return List.of();
    }
    int lost = 0;
    int gained = 0;
    for (int i = 0; i < size; i++) {
      lost += then.right(i) && !now.right(i) ? 1 : 0;
      gained += now.right(i) && !then.right(i) ? 1 : 0;
    }
    double excess = lost - gained - 1 - margin * size;
    if (excess <= CRITICAL * Math.sqrt(lost + gained)) {
      return List.of();
    }
    return List.of(
        format(
            "of %d pictures, it gets %d wrong that were right and %d right that were wrong:"
                + " significantly worse",
            size, lost, gained));
  }

  private static List<String> recallsOfNew(Metrics now, Collection<String> old) {
    return now.labels().stream()
        .filter(label -> label.support() > 0 && !old.contains(label.label()))
        .map(
            label ->
                format(
                    "new: '%s', recall %.3f on %d", label.label(), label.recall(), label.support()))
        .toList();
  }

  /** A head's prediction for each example. */
  private record Verdicts(List<Example> holdout, List<String> predictions) {
    Metrics metrics() {
      return Evaluation.metrics(holdout.stream().map(Example::label).toList(), predictions);
    }

    boolean right(int i) {
      return holdout.get(i).label().equals(predictions.get(i));
    }

    Verdicts of(Set<String> labels) {
      List<Integer> chosen =
          IntStream.range(0, holdout.size())
              .filter(i -> labels.contains(holdout.get(i).label()))
              .boxed()
              .toList();
      return new Verdicts(
          chosen.stream().map(holdout::get).toList(),
          chosen.stream().map(predictions::get).toList());
    }
  }

  private static String format(String text, Object... values) {
    return String.format(Locale.ROOT, text, values);
  }
}
