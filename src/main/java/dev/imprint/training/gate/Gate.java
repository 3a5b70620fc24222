package dev.imprint.training.gate;

import dev.imprint.model.ModelVersion.Judgement;
import dev.imprint.model.metrics.Metrics;
import dev.imprint.training.evaluation.Evaluation;
import dev.imprint.training.gate.Contest.Opponent;
import dev.imprint.training.gate.Contest.Pair;
import dev.imprint.training.selection.GateConfig;
import dev.imprint.training.selection.VerdictText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a new head, the challenger, serves in the champion's place. The verdict is one of
 * three: worse, better, or that the examples cannot tell.
 *
 * <p>The challenger is worse if, on the examples of <em>old</em> labels, those that both know,
 *
 * <ul>
 *   <li>it is less accurate by McNemar's exact test (one-sided, {@value #WORSE_ACCURACY});
 *   <li>its macro F1 is lower: {@value #WORSE_F1} of the bootstrap's resamples or fewer say
 *       otherwise. Accuracy can hide the loss of a rare label, and macro F1 a loss on the most
 *       frequent one;
 *   <li>a label with enough examples loses too much recall, and not by chance.
 * </ul>
 *
 * <p>If the challenger knows new labels, it may lose a few old examples to them ({@code
 * new_label_tolerance}). A champion cannot be right on a label that it has never seen, so new
 * labels do not count in the comparison; the verdict states their recall.
 *
 * <p>It is better if either test says so in the other direction. If the examples cannot tell, the
 * setting {@code when_unsure} decides. The errors of the first two tests add up to at most one in
 * twenty: GateSimulationTest plays equal, worse and better heads.
 *
 * <p>A label that only the champion knows (all its examples were forgotten, or too few are left) is
 * not judged, but named in the verdict. If they have no label in common, and for the first head,
 * the challenger must beat the majority class: have a higher macro recall than always answering one
 * label, which is 1 over the number of labels. Accuracy would not do: a good head for one defect in
 * a hundred pictures may have a lower accuracy than a head that never finds one. A whole classifier
 * that came with the backbone makes way only for a higher macro F1; it is wrong on each label that
 * it does not know.
 */
public final class Gate {
  static final double WORSE_ACCURACY = 0.04;
  static final double WORSE_F1 = 0.01;
  private static final double BETTER = 0.05;

  /** Shared among the labels, since one of many is soon unlucky. */
  private static final double WORSE_RECALL = 0.05;

  /** 0.95 minus 0.85 is not 0.10 in binary. */
  private static final double ROUNDING = 1e-9;

  private final GateConfig config;
  private static final String KEEPS =
      "too few pictures to tell, and a fine-tuned network gives way only to a better version";

  private final long seed;

  /**
   * @param seed of the bootstrap
   */
  public Gate(GateConfig config, long seed) {
    this.config = config;
    this.seed = seed;
  }

  /**
   * @param notes in words, appended to the verdict
   * @return without calibration
   */
  public Judgement judge(Contest contest, List<String> notes) {
    Opponent champion = contest.champion();
    if (champion == null) {
      return first(challenger(contest.pairs()), null, notes);
    }
    List<String> allNotes = new ArrayList<>(notes);
    Set<String> gone = new TreeSet<>(champion.labels());
    gone.removeAll(contest.labels());
    gone.stream().map("'%s' is no longer known"::formatted).forEach(allNotes::add);
    List<Pair> compared = contest.pairs().stream().filter(pair -> pair.champion() != null).toList();
    if (compared.isEmpty()) {
      return first(challenger(contest.pairs()), null, allNotes);
    }
    Set<String> old = new HashSet<>(champion.labels());
    old.retainAll(contest.labels());
    List<Pair> both = compared.stream().filter(pair -> old.contains(pair.truth())).toList();
    if (both.isEmpty()) {
      return first(challenger(contest.pairs()), champion(compared), allNotes);
    }
    return against(contest, champion, compared, both, allNotes);
  }

  private static Judgement first(
      Metrics challenger, @Nullable Metrics champion, List<String> notes) {
    long labels = challenger.labels().stream().filter(label -> label.support() > 0).count();
    double majority = 1.0 / labels;
    boolean promoted = challenger.macroRecall() > majority;
    String reason =
        format(
            "%s: macro F1 %.3f (%s) on %d pictures, macro recall %.3f (%s) against %.3f for"
                + " always giving the same label",
            promoted ? "promoted" : "refused",
            challenger.macroF1(),
            challenger.macroF1Interval().text(),
            challenger.examples(),
            challenger.macroRecall(),
            challenger.macroRecallInterval().text(),
            majority);
    return new Judgement(promoted, VerdictText.sentence(reason, notes), challenger, champion, null);
  }

  private Judgement against(
      Contest contest,
      Opponent champion,
      List<Pair> compared,
      List<Pair> both,
      List<String> notes) {
    Metrics now = challenger(compared);
    Metrics then = champion(compared);
    boolean newLabels =
        contest.pairs().stream().anyMatch(p -> !champion.labels().contains(p.truth()));
    double margin = newLabels ? config.newLabelTolerance() : 0;
    PairedComparison pairs = PairedComparison.of(both);
    MacroF1Bootstrap f1 = MacroF1Bootstrap.difference(both, seed);
    List<String> worse = new ArrayList<>();
    if (champion.mustBeBeaten() && now.macroF1() <= then.macroF1() + ROUNDING) {
      worse.add("the bundled classifier must be beaten first");
    }
    worse.addAll(worse(pairs, f1, margin));
    worse.addAll(recallsLost(both));
    boolean better = pairs.chanceOfGain() <= BETTER || f1.quantile(BETTER) > 0;
    boolean keeps = champion.tuned() && !newLabels;
    boolean promoted =
        worse.isEmpty() && (better || !keeps && config.whenUnsure().promotes(champion.differs()));
    String difference = format("difference %.3f to %.3f", f1.quantile(0.025), f1.quantile(0.975));
    List<String> details = new ArrayList<>(worse);
    if (worse.isEmpty()) {
      details.add(better ? "better" : keeps ? KEEPS : unsure(champion));
    }
    if (newLabels) {
      details.add(
          format(
              "%.3f against %.3f on the %d pictures with old labels, %s",
              challenger(both).macroF1(), champion(both).macroF1(), both.size(), difference));
    }
    details.addAll(recallsOfNew(challenger(contest.pairs()), champion.labels()));
    details.addAll(notes);
    String reason =
        format(
            "%s: macro F1 %.3f against %.3f on %d pictures%s",
            promoted ? "promoted" : "refused",
            now.macroF1(),
            then.macroF1(),
            now.examples(),
            newLabels ? "" : ", " + difference);
    return new Judgement(promoted, VerdictText.sentence(reason, details), now, then, null);
  }

  private String unsure(Opponent champion) {
    return champion.differs()
        ? "too few pictures to tell, but it has learned from other labels"
        : "too few pictures to tell, and it has learned from the same labels";
  }

  private static List<String> worse(PairedComparison pairs, MacroF1Bootstrap f1, double margin) {
    List<String> worse = new ArrayList<>();
    if (pairs.chanceOfLoss(margin) <= WORSE_ACCURACY) {
      worse.add(
          format(
              "of %d pictures, it gets %d wrong that were right and %d right that were wrong:"
                  + " significantly worse",
              pairs.size(), pairs.lost(), pairs.gained()));
    }
    if (f1.quantile(1 - WORSE_F1) < -margin) {
      worse.add(
          margin == 0
              ? "significantly lower macro F1"
              : format("macro F1 of old labels lower by more than %.3f", margin));
    }
    return worse;
  }

  private List<String> recallsLost(List<Pair> both) {
    Set<String> labels = new TreeSet<>(both.stream().map(Pair::truth).toList());
    List<String> lost = new ArrayList<>();
    for (String label : labels) {
      List<Pair> its = both.stream().filter(pair -> pair.truth().equals(label)).toList();
      if (its.size() < config.recallDropFrom()) {
        continue;
      }
      double now = recall(its, Pair::challenger);
      double then = recall(its, Pair::champion);
      if (then - now > config.recallDrop() + ROUNDING
          && PairedComparison.of(its).chanceOfLoss(0) <= WORSE_RECALL / labels.size()) {
        lost.add(
            format(
                "recall of '%s' %.3f against %.3f on %d pictures", label, now, then, its.size()));
      }
    }
    return lost;
  }

  private static double recall(List<Pair> its, Function<Pair, @Nullable String> answer) {
    long right = its.stream().filter(pair -> pair.truth().equals(answer.apply(pair))).count();
    return (double) right / its.size();
  }

  private static List<String> recallsOfNew(Metrics now, Collection<String> old) {
    return now.labels().stream()
        .filter(label -> label.support() > 0 && !old.contains(label.label()))
        .map(
            label ->
                format(
                    "new: '%s', recall %.3f (%s) on %d",
                    label.label(), label.recall(), label.recallInterval().text(), label.support()))
        .toList();
  }

  private static Metrics challenger(List<Pair> pairs) {
    return Evaluation.metrics(truths(pairs), pairs.stream().map(Pair::challenger).toList());
  }

  private static Metrics champion(List<Pair> pairs) {
    return Evaluation.metrics(
        truths(pairs),
        pairs.stream().map(pair -> Objects.requireNonNull(pair.champion())).toList());
  }

  private static List<String> truths(List<Pair> pairs) {
    return pairs.stream().map(Pair::truth).toList();
  }

  private static String format(String text, Object... values) {
    return String.format(Locale.ROOT, text, values);
  }
}
