package dev.imprint.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.model.LinearHead;
import dev.imprint.model.ModelVersion.Judgement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GateTest {
  private static final List<String> NAMES = List.of("bolt", "gear", "nut", "washer");

  private final Gate gate = new Gate(GateConfig.DEFAULTS);
  private final List<Example> holdout = new ArrayList<>();

  @Test
  void shouldPromoteWhatIsBetter() {
    pictures(90, "nut", "nut", "nut");
    pictures(10, "nut", "gear", "nut");
    pictures(100, "gear", "gear", "gear");

    Judgement judgement = judge(head(0, "gear", "nut"), head(1, "gear", "nut"));

    assertThat(judgement.promoted()).isTrue();
    assertThat(judgement.reason())
        .isEqualTo("promoted: macro F1 1.000 against 0.950 on 200 pictures");
  }

  @Test
  void shouldLetThroughHalfAPointOfMacroF1AndNoMore() {
    pictures(996, "nut", "nut", "nut");
    pictures(4, "nut", "nut", "gear");
    pictures(1000, "gear", "gear", "gear");
    assertThat(judge(head(0, "gear", "nut"), head(1, "gear", "nut")).promoted()).isTrue();

    pictures(8, "nut", "nut", "gear");

    Judgement worse = judge(head(0, "gear", "nut"), head(1, "gear", "nut"));
    assertThat(worse.promoted()).isFalse();
    assertThat(worse.reason())
        .isEqualTo(
            "refused: macro F1 0.994 against 1.000 on 2008 pictures; at most 0.005 lower is"
                + " allowed");
  }

  @Test
  void shouldRefuseALossOfRecallFromThirtyPicturesOn() {
    pictures(26, "nut", "nut", "nut");
    pictures(3, "nut", "nut", "gear");
    pictures(60, "gear", "gear", "gear");
    pictures(60, "gear", "nut", "gear");
    assertThat(judge(head(0, "gear", "nut"), head(1, "gear", "nut")).promoted()).isTrue();

    pictures(1, "nut", "nut", "gear");

    Judgement worse = judge(head(0, "gear", "nut"), head(1, "gear", "nut"));
    assertThat(worse.promoted()).isFalse();
    assertThat(worse.reason()).contains("recall of 'nut' 0.867 against 1.000 on 30 pictures");
  }

  @Test
  void shouldLetThroughALossOfTenPointsExactly() {
    pictures(27, "nut", "nut", "nut");
    pictures(3, "nut", "nut", "gear");
    pictures(60, "gear", "gear", "gear");
    pictures(60, "gear", "nut", "gear");

    assertThat(judge(head(0, "gear", "nut"), head(1, "gear", "nut")).promoted()).isTrue();
  }

  @Test
  void shouldPromoteANewLabelAndSayItsRecall() {
    pictures(50, "gear", "gear", "gear");
    pictures(50, "nut", "nut", "nut");
    pictures(9, "washer", "nut", "washer");
    pictures(3, "washer", "nut", "nut");

    Judgement judgement = judge(head(0, "gear", "nut"), head(1, "gear", "nut", "washer"));

    assertThat(judgement.promoted()).isTrue();
    assertThat(judgement.reason())
        .contains("1.000 against 1.000 on the 100 pictures with old labels")
        .endsWith("new: 'washer', recall 0.750 on 12");
  }

  @Test
  void shouldNotLetANewLabelHideWhatOldOnesLose() {
    pictures(45, "gear", "gear", "gear");
    pictures(5, "gear", "gear", "washer");
    pictures(50, "nut", "nut", "nut");
    pictures(50, "washer", "nut", "washer");

    Judgement judgement = judge(head(0, "gear", "nut"), head(1, "gear", "nut", "washer"));

    assertThat(judgement.challenger().macroF1())
        .isGreaterThan(Objects.requireNonNull(judgement.champion()).macroF1() + 0.2);
    assertThat(judgement.promoted()).isFalse();
    assertThat(judgement.reason())
        .contains(
            "0.974 against 1.000 on the 100 pictures with old labels, at most 0.020 lower"
                + " is allowed");
  }

  @Test
  void shouldNameALabelThatOnlyTheChampionKnows() {
    pictures(50, "gear", "bolt", "gear");
    pictures(50, "nut", "nut", "nut");

    Judgement judgement = judge(head(0, "bolt", "gear", "nut"), head(1, "gear", "nut"));

    assertThat(judgement.promoted()).isTrue();
    assertThat(judgement.reason()).endsWith("'bolt' is no longer known");
  }

  @Test
  void shouldTakeAHeadOfOtherLabelsForAFirstOne() {
    pictures(10, "gear", "nut", "gear");
    pictures(10, "bolt", "nut", "bolt");

    Judgement judgement = judge(head(0, "nut", "washer"), head(1, "bolt", "gear"));

    assertThat(judgement.promoted()).isTrue();
    assertThat(judgement.reason()).contains("always giving the same label");
  }

  @Test
  void shouldHoldTheFirstHeadToTheMajorityClass() {
    pictures(95, "nut", "nut", "nut");
    pictures(5, "gear", "nut", "nut");
    Judgement majority = judge((Champion) null, head(1, "gear", "nut"));
    assertThat(majority.promoted()).isFalse();
    assertThat(majority.reason())
        .isEqualTo(
            "refused: macro F1 0.487 on 100 pictures, macro recall 0.500 against 0.500 for"
                + " always giving the same label");

    holdout.clear();
    pictures(85, "nut", "nut", "nut");
    pictures(10, "nut", "nut", "gear");
    pictures(5, "gear", "nut", "gear");
    assertThat(judge((Champion) null, head(1, "gear", "nut")).promoted()).isTrue();
  }

  /** Many of the most frequent label are lost, but the rare one raises macro F1. */
  @Test
  void shouldRefuseWhatIsSignificantlyWorseOnALargeHoldout() {
    pictures(900, "nut", "nut", "nut");
    pictures(80, "nut", "nut", "bolt");
    pictures(20, "bolt", "bolt", "bolt");
    pictures(10, "gear", "nut", "gear");

    Judgement judgement = judge(head(0, "bolt", "gear", "nut"), head(1, "bolt", "gear", "nut"));

    assertThat(judgement.challenger().macroF1())
        .isGreaterThan(Objects.requireNonNull(judgement.champion()).macroF1());
    assertThat(judgement.promoted()).isFalse();
    assertThat(judgement.reason())
        .contains(
            "of 1010 pictures, it gets 80 wrong that were right and 10 right that were"
                + " wrong: significantly worse");
  }

  @Test
  void shouldLeaveTheTestOfSignificanceToLargeHoldouts() {
    pictures(800, "nut", "nut", "nut");
    pictures(70, "nut", "nut", "bolt");
    pictures(20, "bolt", "bolt", "bolt");
    pictures(10, "gear", "nut", "gear");

    assertThat(judge(head(0, "bolt", "gear", "nut"), head(1, "bolt", "gear", "nut")).promoted())
        .isTrue();
  }

  @Test
  void shouldTakeNothingButABetterHeadForTheClassifierThatServesFirst() {
    pictures(90, "nut", "nut", "nut");
    pictures(10, "nut", "gear", "gear");
    pictures(100, "gear", "gear", "gear");
    Champion classifier =
        new Champion(head(0, "bolt", "gear", "nut"), Champion.Reembedding.SAME, true);

    Judgement equal = judge(classifier, head(1, "gear", "nut"));
    pictures(1, "nut", "gear", "nut");
    Judgement better = judge(classifier, head(1, "gear", "nut"));

    assertThat(equal.promoted()).isFalse();
    assertThat(equal.reason())
        .startsWith(
            "refused: macro F1 0.950 against 0.950 on 200 pictures; the bundled classifier must"
                + " be beaten first");
    assertThat(better.promoted()).isTrue();
  }

  @Test
  void shouldCountLabelsThatTheClassifierDoesNotKnowAsWrong() {
    pictures(50, "nut", "nut", "nut");
    pictures(20, "gear", "nut", "gear");
    pictures(20, "washer", "bolt", "washer");
    Champion classifier = new Champion(head(0, "bolt", "nut"), Champion.Reembedding.SAME, true);

    Judgement judgement = judge(classifier, head(1, "gear", "nut", "washer"));

    assertThat(judgement.promoted()).isTrue();
    assertThat(Objects.requireNonNull(judgement.champion()).macroF1()).isBetween(0.27, 0.28);
  }

  private Judgement judge(@Nullable LinearHead champion, LinearHead challenger) {
    return judge(
        champion == null ? null : new Champion(champion, Champion.Reembedding.SAME, false),
        challenger);
  }

  private Judgement judge(@Nullable Champion champion, LinearHead challenger) {
    return gate.judge(challenger, champion, holdout, holdout, List.of());
  }

  /** Pictures for which the champion and the challenger give these answers. */
  private void pictures(int count, String truth, String champion, String challenger) {
    float[] embedding = new float[2 * NAMES.size()];
    embedding[NAMES.indexOf(champion)] = 1;
    embedding[NAMES.size() + NAMES.indexOf(challenger)] = 1;
    for (int i = 0; i < count; i++) {
      holdout.add(new Example("id", truth, "00".repeat(32), null, Instant.EPOCH, embedding));
    }
  }

  /** Answers with the label given by its half of the embedding. */
  private static LinearHead head(int half, String... labels) {
    float[] weights = new float[2 * NAMES.size() * labels.length];
    for (int c = 0; c < labels.length; c++) {
      weights[(half * NAMES.size() + NAMES.indexOf(labels[c])) * labels.length + c] = 1;
    }
    return new LinearHead("backbone", List.of(labels), weights, new float[labels.length]);
  }
}
