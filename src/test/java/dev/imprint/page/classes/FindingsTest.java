package dev.imprint.page.classes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.buffer.Example;
import dev.imprint.labels.LabelledSet;
import dev.imprint.model.Claim;
import dev.imprint.model.Label;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.page.classes.Findings.Confused;
import dev.imprint.page.classes.Findings.Copies;
import dev.imprint.page.classes.Findings.Mistaken;
import dev.imprint.page.classes.Findings.Suspicion;
import dev.imprint.training.evaluation.LabelProbabilities;
import dev.imprint.training.evaluation.UnseenAnswer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FindingsTest {
  @Test
  void shouldListContradictionsBeforeDoubtsAndEachPictureOnce() throws Exception {
    List<Label> labels =
        labels("a nut anna d1", "b bolt ben d1", "c nut anna d2", "d bolt anna d3");

    Findings findings =
        findings(labels, List.of(answer(labels.get(1), 0.9f), answer(labels.get(3), 0.8f)));

    // Of the two bolts, only 'b' is more of a nut than bolts usually are, and it is there already.
    assertThat(findings.suspects())
        .extracting(each -> each.picture().imageId())
        .containsExactly("a", "b");
    assertThat(findings.suspects())
        .extracting(Suspicion::suggested)
        .containsExactly(List.of("bolt"), List.of("nut"));
  }

  @Test
  void shouldDoubtALabelThatAHeadIsConfidentToBeAnother() throws Exception {
    List<Label> labels =
        labels("a nut anna d1", "b nut anna d2", "c bolt anna d3", "d bolt anna d4");
    float[] nut = {0.95f, 0.9f, 0.97f, 0.05f};

    Findings findings =
        findings(
            labels,
            IntStream.range(0, nut.length).mapToObj(i -> answer(labels.get(i), nut[i])).toList());

    assertThat(findings.suspects())
        .singleElement()
        .satisfies(
            each -> {
              assertThat(each.picture().claim().sha256()).isEqualTo("d3");
              assertThat(each.suggested()).containsExactly("nut");
              assertThat(each.confidence()).isEqualTo(0.97f);
            });
  }

  @Test
  void shouldLeaveOutALabelThatHasChangedSinceItWasJudged() throws Exception {
    Label before = label("a", "bolt", "anna", "d1");
    List<Label> now = labels("a nut anna d1", "b nut anna d2");

    Findings findings = findings(now, List.of(answer(before, 0.9f), answer(now.get(1), 0.9f)));

    assertThat(findings.suspects()).isEmpty();
    assertThat(findings.mistakes()).isEmpty();
  }

  @Test
  void shouldShowOneOfEachLabelAmongManyCopiesAndThoseThatDifferFirst() throws Exception {
    List<Label> labels = new ArrayList<>();
    labels.add(label("0", "gear", "anna", "d0"));
    labels.add(label("1", "gear", "anna", "d0"));
    IntStream.range(0, 20)
        .forEach(i -> labels.add(label("nut-%02d".formatted(i), "nut", "anna", "d1")));
    labels.add(label("z", "bolt", "anna", "d1"));

    Findings findings = findings(labels, List.of());

    assertThat(findings.duplicates()).extracting(Copies::total).containsExactly(21, 2);
    Copies first = findings.duplicates().get(0);
    assertThat(first.labels()).containsExactly("bolt", "nut");
    assertThat(first.pictures())
        .hasSize(Findings.MOST_PICTURES)
        .extracting(LabelledPicture::imageId)
        .startsWith("z", "nut-00", "nut-01");
    assertThat(first.sameBytes()).isTrue();
  }

  @Test
  void shouldFindLookalikesByTheirEmbeddings() throws Exception {
    List<Label> labels = labels("a nut anna d1", "b bolt anna d2", "c nut anna d3");
    List<Example> examples =
        List.of(
            example(labels.get(0), 1, 0.01f),
            example(labels.get(1), 1, 0),
            example(labels.get(2), -1, 1));

    Findings findings =
        Findings.of(new LabelledSet(labels), LabelChanges.NONE, examples, List.of());

    assertThat(findings.duplicates())
        .singleElement()
        .satisfies(
            each -> {
              assertThat(each.labels()).containsExactly("bolt", "nut");
              assertThat(each.sameBytes()).isFalse();
            });
  }

  @Test
  void shouldKeepTheMostConfidentMistakesOfEachPair() throws Exception {
    List<Label> labels = new ArrayList<>();
    List<UnseenAnswer> answers = new ArrayList<>();
    for (int i = 0; i < 2 * Findings.MOST_PICTURES; i++) {
      Label label = label("image-" + i, "bolt", "anna", "d" + i);
      labels.add(label);
      answers.add(answer(label, 0.6f + i * 0.01f));
    }

    Findings findings = findings(labels, answers);

    assertThat(findings.mistakes()).containsOnlyKeys(new Confused("bolt", "nut"));
    List<Mistaken> kept =
        Objects.requireNonNull(findings.mistakes().get(new Confused("bolt", "nut")));
    assertThat(kept).hasSize(Findings.MOST_PICTURES);
    assertThat(kept.get(0).picture().imageId()).isEqualTo("image-23");
  }

  @Test
  void shouldNotCompareWhatIsRetired() throws Exception {
    List<Label> labels = labels("a nut anna d1", "b bolt anna d1");
    LabelChanges retired = new LabelChanges(Map.of(), Set.of("bolt"));

    Findings findings = Findings.of(new LabelledSet(labels), retired, null, List.of());

    assertThat(findings.duplicates()).isEmpty();
  }

  private static Findings findings(List<Label> labels, List<UnseenAnswer> answers)
      throws InterruptedException {
    return Findings.of(new LabelledSet(labels), LabelChanges.NONE, null, answers);
  }

  /** A head's answer that it is a nut, rather than a bolt. */
  private static UnseenAnswer answer(Label label, float nut) {
    LabelProbabilities answer =
        new LabelProbabilities(List.of("bolt", "nut"), new float[] {1 - nut, nut});
    return new UnseenAnswer(example(label, 1, 1), answer);
  }

  private static Example example(Label label, float... embedding) {
    return new Example(
        label.imageId(),
        label.label(),
        label.claim().sha256(),
        null,
        Instant.EPOCH,
        Embedding.of(embedding));
  }

  /** Of each: the image, its label, who gave it, and the picture's digest. */
  private static List<Label> labels(String... all) {
    return Stream.of(all)
        .map(each -> each.split(" "))
        .map(part -> label(part[0], part[1], part[2], part[3]))
        .toList();
  }

  static Label label(String image, String label, String who, String sha256) {
    Claim claim = new Claim("images", 0, 0, sha256);
    return new Label(image, label, claim, null, who, Instant.EPOCH, claim);
  }
}
