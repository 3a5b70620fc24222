package dev.imprint.training.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.model.ModelVersion.Judgement;
import dev.imprint.training.selection.GateConfig;
import dev.imprint.training.selection.GateConfig.WhenUnsure;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** {@link GateSimulationTest} has how often it is wrong. */
class GateTest {
  private static final Set<String> TWO = Set.of("gear", "nut");

  private final List<Contest.Pair> pairs = new ArrayList<>();

  @Test
  void shouldPromoteABetterHead() {
    pictures(90, "nut", "nut", "nut");
    pictures(10, "nut", "gear", "nut");
    pictures(100, "gear", "gear", "gear");

    Judgement judgement = judge(TWO, TWO);

    assertThat(judgement.promoted()).isTrue();
    assertThat(judgement.reason())
        .startsWith("promoted: macro F1 1.000 against 0.950 on 200 pictures, difference 0.0")
        .endsWith("; better");
  }

  @Test
  void shouldRefuseAWorseHeadWithItsNumbers() {
    pictures(500, "nut", "nut", "nut");
    pictures(20, "nut", "nut", "gear");
    pictures(5, "gear", "nut", "gear");
    pictures(475, "gear", "gear", "gear");

    Judgement judgement = judge(TWO, TWO);

    assertThat(judgement.promoted()).isFalse();
    assertThat(judgement.reason())
        .contains(
            "of 1000 pictures, it gets 20 wrong that were right and 5 right that were wrong:"
                + " significantly worse");
  }

  @Test
  void shouldLetNewLabelsDecideWhereThePicturesCannotTell() {
    pictures(40, "nut", "nut", "nut");
    pictures(2, "nut", "nut", "gear");
    pictures(1, "gear", "nut", "gear");
    pictures(37, "gear", "gear", "gear");

    Judgement more = judge(TWO, TWO, true, WhenUnsure.PROMOTE);
    Judgement same = judge(TWO, TWO, false, WhenUnsure.PROMOTE);
    Judgement keep = judge(TWO, TWO, true, WhenUnsure.KEEP);

    assertThat(more.promoted()).isTrue();
    assertThat(more.reason())
        .endsWith("too few pictures to tell, but it has learned from other labels");
    assertThat(same.promoted()).isFalse();
    assertThat(same.reason())
        .endsWith("too few pictures to tell, and it has learned from the same labels");
    assertThat(keep.promoted()).isFalse();
  }

  @Test
  void shouldRefuseAHeadThatIsBetterOnAverageButLosesALabel() {
    pictures(25, "washer", "washer", "nut");
    pictures(15, "washer", "washer", "washer");
    pictures(300, "nut", "nut", "nut");
    pictures(60, "nut", "gear", "nut");
    pictures(300, "gear", "gear", "gear");
    Set<String> three = Set.of("gear", "nut", "washer");

    Judgement judgement = judge(three, three);

    assertThat(judgement.challenger().accuracy())
        .isGreaterThan(Objects.requireNonNull(judgement.champion()).accuracy());
    assertThat(judgement.promoted()).isFalse();
    assertThat(judgement.reason())
        .contains("recall of 'washer' 0.375 against 1.000 on 40 pictures");
  }

  /** Four of thirty may be chance, where as many of another label are gained. */
  @Test
  void shouldNotTakeChanceForALostLabel() {
    pictures(26, "nut", "nut", "nut");
    pictures(4, "nut", "nut", "gear");
    pictures(60, "gear", "gear", "gear");
    pictures(60, "gear", "nut", "gear");

    assertThat(judge(TWO, TWO).promoted()).isTrue();
  }

  /** Many of the most frequent label are lost, but a rare one raises macro F1. */
  @Test
  void shouldNotLetMacroF1HideALossOnTheMostFrequentLabel() {
    pictures(900, "nut", "nut", "nut");
    pictures(80, "nut", "nut", "bolt");
    pictures(20, "bolt", "bolt", "bolt");
    pictures(10, "gear", "nut", "gear");
    Set<String> three = Set.of("bolt", "gear", "nut");

    Judgement judgement = judge(three, three);

    assertThat(judgement.challenger().macroF1())
        .isGreaterThan(Objects.requireNonNull(judgement.champion()).macroF1());
    assertThat(judgement.promoted()).isFalse();
  }

  @Test
  void shouldPromoteANewLabelAndSayItsRecall() {
    pictures(50, "gear", "gear", "gear");
    pictures(50, "nut", "nut", "nut");
    pictures(9, "washer", "nut", "washer");
    pictures(3, "washer", "nut", "nut");

    Judgement judgement = judge(TWO, Set.of("gear", "nut", "washer"));

    assertThat(judgement.promoted()).isTrue();
    assertThat(judgement.reason())
        .contains("1.000 against 1.000 on the 100 pictures with old labels")
        .endsWith("new: 'washer', recall 0.750 (0.468 to 0.911) on 12");
  }

  @Test
  void shouldNotLetANewLabelHideWhatOldOnesLose() {
    pictures(40, "gear", "gear", "gear");
    pictures(10, "gear", "gear", "washer");
    pictures(50, "nut", "nut", "nut");
    pictures(50, "washer", "nut", "washer");

    Judgement judgement = judge(TWO, Set.of("gear", "nut", "washer"));

    assertThat(judgement.challenger().macroF1())
        .isGreaterThan(Objects.requireNonNull(judgement.champion()).macroF1() + 0.2);
    assertThat(judgement.promoted()).isFalse();
  }

  @Test
  void shouldNameALabelThatOnlyTheChampionKnows() {
    pictures(50, "gear", "bolt", "gear");
    pictures(50, "nut", "nut", "nut");

    Judgement judgement = judge(Set.of("bolt", "gear", "nut"), TWO);

    assertThat(judgement.promoted()).isTrue();
    assertThat(judgement.reason()).endsWith("'bolt' is no longer known");
  }

  @Test
  void shouldTakeAHeadOfOtherLabelsForAFirstOne() {
    pictures(10, "gear", "nut", "gear");
    pictures(10, "bolt", "nut", "bolt");

    Judgement judgement = judge(Set.of("nut", "washer"), Set.of("bolt", "gear"));

    assertThat(judgement.promoted()).isTrue();
    assertThat(judgement.reason()).contains("always giving the same label");
  }

  @Test
  void shouldTakeAHeadForAFirstOneWhereTheChampionHasLearnedFromEverything() {
    pictures(10, "gear", null, "gear");
    pictures(10, "nut", null, "nut");

    Judgement judgement = judge(TWO, TWO);

    assertThat(judgement.promoted()).isTrue();
    assertThat(judgement.champion()).isNull();
  }

  @Test
  void shouldHoldTheFirstHeadToTheMajorityClass() {
    pictures(95, "nut", null, "nut");
    pictures(5, "gear", null, "nut");
    Judgement majority = judge(null, TWO);
    assertThat(majority.promoted()).isFalse();
    assertThat(majority.reason())
        .isEqualTo(
            "refused: macro F1 0.487 (0.474 to 0.723) on 100 pictures, macro recall 0.500 (0.493 to"
                + " 0.653) against 0.500 for always giving the same label");

    pairs.clear();
    pictures(85, "nut", null, "nut");
    pictures(10, "nut", null, "gear");
    pictures(5, "gear", null, "gear");
    assertThat(judge(null, TWO).promoted()).isTrue();
  }

  @Test
  void shouldTakeNothingButABetterHeadForTheClassifierThatServesFirst() {
    pictures(90, "nut", "nut", "nut");
    pictures(10, "nut", "gear", "gear");
    pictures(100, "gear", "gear", "gear");

    Judgement equal = classifier(Set.of("bolt", "gear", "nut"), TWO);
    pictures(1, "nut", "gear", "nut");
    Judgement better = classifier(Set.of("bolt", "gear", "nut"), TWO);

    assertThat(equal.promoted()).isFalse();
    assertThat(equal.reason()).contains("; the bundled classifier must be beaten first");
    assertThat(better.promoted()).isTrue();
  }

  @Test
  void shouldCountLabelsThatTheClassifierDoesNotKnowAsWrong() {
    pictures(50, "nut", "nut", "nut");
    pictures(20, "gear", "nut", "gear");
    pictures(20, "washer", "bolt", "washer");

    Judgement judgement = classifier(Set.of("bolt", "nut"), Set.of("gear", "nut", "washer"));

    assertThat(judgement.promoted()).isTrue();
    assertThat(Objects.requireNonNull(judgement.champion()).macroF1()).isBetween(0.27, 0.28);
  }

  private Judgement judge(@Nullable Set<String> champion, Set<String> challenger) {
    return judge(champion, challenger, true, WhenUnsure.PROMOTE);
  }

  private Judgement judge(
      @Nullable Set<String> champion, Set<String> challenger, boolean behind, WhenUnsure unsure) {
    Contest.Opponent opponent =
        champion == null ? null : new Contest.Opponent(champion, false, behind);
    GateConfig d = GateConfig.DEFAULTS;
    GateConfig config =
        new GateConfig(
            d.minLabels(),
            d.minTraining(),
            d.foldsBelow(),
            d.newLabelTolerance(),
            d.recallDrop(),
            d.recallDropFrom(),
            unsure);
    return new Gate(config, 1).judge(new Contest(pairs, challenger, opponent), List.of());
  }

  private Judgement classifier(Set<String> champion, Set<String> challenger) {
    return new Gate(GateConfig.DEFAULTS, 1)
        .judge(
            new Contest(pairs, challenger, new Contest.Opponent(champion, true, true)), List.of());
  }

  /** Pictures for which the champion and the challenger give these answers. */
  private void pictures(int count, String truth, @Nullable String champion, String challenger) {
    for (int i = 0; i < count; i++) {
      pairs.add(new Contest.Pair(truth, challenger, champion));
    }
  }
}
