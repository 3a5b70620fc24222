package dev.imprint.page.classes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.labels.LabelledSet;
import dev.imprint.model.Label;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.Rollout;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.page.classes.Confusions.Confusion;
import dev.imprint.page.classes.Findings.Confused;
import dev.imprint.page.classes.Findings.Mistaken;
import dev.imprint.rollout.Models;
import dev.imprint.rollout.Versions;
import dev.imprint.training.evaluation.Evaluation;
import dev.imprint.training.selection.GateConfig;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Figures and confusions of a version that was judged on eight pictures. */
class JudgedClassesTest {
  private static final List<String> TRUTHS =
      List.of("bolt", "bolt", "bolt", "gear", "nut", "nut", "nut", "nut");
  private static final List<String> PREDICTED =
      List.of("nut", "nut", "bolt", "nut", "nut", "nut", "gear", "bolt");
  private static final ListPart ALL = new ListPart(0, 100);

  @Test
  void shouldSortConfusionsByCountAndThenByShare() {
    Confusions confusions = Confusions.of(models(LabelChanges.NONE), reviewed(), ALL);

    assertThat(confusions.confusions())
        .extracting(
            each -> each.truth() + " " + each.taken() + " " + each.count() + "/" + each.of())
        .startsWith("bolt nut 2/3", "gear nut 1/1")
        .hasSize(4);
    assertThat(confusions.confusions().get(0).pictures()).hasSize(1);
    assertThat(confusions.recorded()).isTrue();
  }

  @Test
  void shouldNotCallWhatWasMergedSinceAConfusion() {
    LabelChanges merged = new LabelChanges(Map.of("gear", "nut"), Set.of());

    Confusions confusions = Confusions.of(models(merged), reviewed(), ALL);

    assertThat(confusions.confusions())
        .extracting(Confusion::truth)
        .containsExactlyInAnyOrder("bolt", "nut");
  }

  @Test
  void shouldAddUpTheConfusionsOfLabelsThatWereMergedSince() {
    LabelChanges merged = new LabelChanges(Map.of("gear", "bolt"), Set.of());

    Confusions confusions = Confusions.of(models(merged), reviewed(), ALL);

    assertThat(confusions.confusions())
        .extracting(
            each -> each.truth() + " " + each.taken() + " " + each.count() + "/" + each.of())
        .containsExactly("bolt nut 3/4", "nut bolt 2/4");
  }

  @Test
  void shouldGiveAPartOfTheConfusions() {
    Confusions confusions =
        Confusions.of(models(LabelChanges.NONE), reviewed(), new ListPart(1, 2));

    assertThat(confusions.total()).isEqualTo(4);
    assertThat(confusions.confusions()).extracting(Confusion::truth).startsWith("gear").hasSize(2);
    assertThat(
            Confusions.of(models(LabelChanges.NONE), reviewed(), new ListPart(9, 2)).confusions())
        .isEmpty();
  }

  @Test
  void shouldShowFiguresByCurrentNamesButNotOfWhatWasJudgedApartAndMerged() {
    LabelChanges changes = new LabelChanges(Map.of("gear", "nut", "bolt", "screw"), Set.of());

    ClassList list = list(changes, List.of());

    assertThat(list.labels())
        .extracting(each -> each.standing().label())
        .containsExactly("nut", "screw");
    assertThat(list.labels().get(0).figures()).isNull();
    ClassRow.Figures screw = Objects.requireNonNull(list.labels().get(1).figures());
    assertThat(screw.support()).isEqualTo(3);
    assertThat(screw.recall()).isEqualTo(1 / 3.0);
    assertThat(screw.recallInterval().low()).isPositive().isLessThan(1 / 3.0);
  }

  @Test
  void shouldListRetiredLabelsLastHoweverFewPicturesTheyHave() {
    LabelChanges retired = new LabelChanges(Map.of(), Set.of("bolt"));

    ClassList list = list(retired, List.of(FindingsTest.label("image", "gear", "anna", "d1")));

    assertThat(list.labels())
        .extracting(each -> each.standing().label())
        .containsExactly("nut", "gear", "bolt");
    assertThat(list.names()).containsExactly("gear", "nut");
  }

  private static ClassList list(LabelChanges changes, List<Label> labels) {
    return ClassList.of(new LabelledSet(labels), models(changes), GateConfig.DEFAULTS, ALL);
  }

  private static Review.Reviewed reviewed() {
    LabelledPicture picture = LabelledPicture.of(FindingsTest.label("image", "bolt", "anna", "d1"));
    Map<Confused, List<Mistaken>> mistakes =
        Map.of(new Confused("bolt", "nut"), List.of(new Mistaken(picture, 0.9)));
    return new Review.Reviewed(new Findings(List.of(), List.of(), mistakes), ReviewState.NONE);
  }

  private static Models models(LabelChanges changes) {
    ModelVersion.Artifact none = new ModelVersion.Artifact("ff", 0, List.of());
    ModelVersion version =
        new ModelVersion(
            "v1-aaaaaaaa",
            null,
            Versions.AT,
            Versions.BACKBONE,
            List.of("bolt", "gear", "nut"),
            none,
            none,
            Versions.candidate(1).training(),
            new ModelVersion.Judgement(
                true, "better", Evaluation.metrics(TRUTHS, PREDICTED), null, null));
    Rollout rollout = new Rollout(version.version(), null, Versions.AT, "a test", "because");
    return new Models(List.of(version), rollout, null, changes, null, Map.of());
  }
}
