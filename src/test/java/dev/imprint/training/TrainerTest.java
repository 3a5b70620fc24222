package dev.imprint.training;

import static dev.imprint.tensorflow.head.HeadTrainer.EpochListener.NONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.augmentation.Augmentation;
import dev.imprint.buffer.Example;
import dev.imprint.buffer.ViewsToEmbed;
import dev.imprint.event.Sha256;
import dev.imprint.model.DenseHead;
import dev.imprint.model.Embedding;
import dev.imprint.model.Metrics;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.ModelVersion.Training;
import dev.imprint.tensorflow.head.HeadTrainer;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TrainerTest {
  private static final int DIMENSION = 120;
  private static final long STEP_NANOS = 1_500_000_000;

  private final AtomicLong clock = new AtomicLong();
  private final Trainer trainer = trainer(GateConfig.DEFAULTS.foldsBelow());
  private final Trainer holdingOut = trainer(0);
  private final List<Example> examples = new ArrayList<>();

  @Test
  void shouldMakeACandidateThatSaysHowItCameToBe() throws Exception {
    add("gear", 60, 0);
    add("nut", 60, 1);

    Candidate candidate = train(null);

    assertThat(candidate.head().labels()).containsExactly("gear", "nut");
    assertThat(candidate.head().backboneId()).isEqualTo("backbone");
    assertThat(candidate.judgement().promoted()).isTrue();
    assertThat(candidate.judgement().champion()).isNull();
    assertThat(candidate.judgement().challenger().accuracy()).isGreaterThan(0.9);
    assertThat(candidate.examples()).containsExactlyInAnyOrderElementsOf(examples);
    assertThat(candidate.training().seed()).isEqualTo(1);
    assertThat(candidate.training().device()).isIn("cpu", "gpu");
    assertThat(candidate.training().seconds()).isEqualTo(1.5);
    assertThat(candidate.training().configuration())
        .containsEntry("weight_decay", "0.01")
        .containsEntry("precision", "bf16");
    assertThat(candidate.training().examples())
        .containsEntry("holdout", 120) // each by a head that has not seen it
        .containsOnlyKeys("training", "validation", "holdout", "unlabelled", "views");
    assertThat(candidate.training().examples().values().stream().mapToInt(n -> n).sum())
        .isEqualTo(240);
    assertThat(candidate.folds()).hasSize(Split.FOLDS).doesNotContain(candidate.head());
  }

  @Test
  void shouldGiveTheSameHeadWhateverTheOrder() throws Exception {
    add("gear", 40, 0);
    add("nut", 40, 1);
    Candidate first = train(null);

    Collections.shuffle(examples, new Random(7));
    Candidate second = train(null);

    assertThat(second.head().weights()).containsExactly(first.head().weights());
    assertThat(second.head().bias()).containsExactly(first.head().bias());
    for (int fold = 0; fold < Split.FOLDS; fold++) {
      DenseHead expected = first.folds().get(fold);
      assertThat(second.folds().get(fold).weights()).containsExactly(expected.weights());
      assertThat(second.folds().get(fold).bias()).containsExactly(expected.bias());
    }
  }

  @Test
  void shouldLeaveOutALabelThatWasSeenOnce() throws Exception {
    add("gear", 40, 0);
    add("nut", 40, 1);
    add("washer", 1, 2);

    Candidate candidate = train(null);

    assertThat(candidate.head().labels()).containsExactly("gear", "nut");
    assertThat(candidate.judgement().promoted()).isTrue();
    assertThat(candidate.judgement().reason()).contains("left out: ").contains("'washer'");
    assertThat(candidate.training().unlearned()).containsExactly("washer");
    assertThat(candidate.examples()).extracting(Example::label).doesNotContain("washer");
  }

  @Test
  void shouldSayWhatIsMissingForTwoLabels() {
    add("nut", 40, 1);
    on(false, "gear", 2);
    on(true, "washer", 1);

    assertThatThrownBy(() -> train(null))
        .isInstanceOf(TooFewLabelsException.class)
        .hasMessage(
            "labels with enough pictures: 1 (at least 2 needed); 2 labels of 'gear': 3 to learn"
                + " from needed; 1 label of 'washer': 3 to learn from needed: label more pictures"
                + " (imprint label, send --label-by-folder)");
  }

  @Test
  void shouldSayWhatIsHeldOut() {
    add("gear", 40, 1);
    on(true, "nut", 4);

    assertThatThrownBy(() -> train(holdingOut, null))
        .hasMessageContaining("4 labels of 'nut', 4 of them held out: 3 to learn from needed");
  }

  /** They travel with each prediction. */
  @Test
  void shouldNameNoMoreThanTheMostFrequentOfManyLabelsThatItCannotLearn() throws Exception {
    add("gear", 20, 0);
    add("nut", 20, 1);
    for (int label = 0; label < 30; label++) {
      add("rare-" + label, label == 29 ? 2 : 1, 2);
    }

    Candidate candidate = train(null);

    assertThat(candidate.training().unlearned())
        .hasSize(ModelVersion.Training.MOST_UNLEARNED)
        .startsWith("rare-29", "rare-0", "rare-1", "rare-10");
  }

  @Test
  void shouldTellBeforehandWhetherAHeadCanBeTrained() {
    add("gear", 3, 1);
    on(true, "nut", 2);
    assertThat(trainer.canTrain(examples)).isFalse();

    on(false, "nut", 1);

    assertThat(trainer.canTrain(examples)).isTrue();
  }

  @Test
  void shouldTellThatTheSameSettingsWouldTrainTheSameHead() throws Exception {
    add("nut", 40, 1);
    add("gear", 40, 2);
    Candidate candidate = train(null);
    ModelVersion.Training then = candidate.training();

    assertThat(trainer.trainsLike(then)).isTrue();
    assertThat(trainer.selected(examples)).hasSize(candidate.examples().size());
    ModelVersion.Training otherSeed =
        new ModelVersion.Training(
            then.seed() + 1, then.device(), 1, then.examples(), then.configuration());
    assertThat(trainer.trainsLike(otherSeed)).isFalse();
  }

  @Test
  void shouldLearnFromThreeAndJudgeOnEach() throws Exception {
    add("gear", 3, 0);
    add("nut", 3, 1);

    Candidate candidate = train(null);

    assertThat(candidate.head().labels()).containsExactly("gear", "nut");
    assertThat(candidate.judgement().challenger().examples()).isEqualTo(6);
  }

  @Test
  void shouldSayOfALabelThatItCannotBeJudgedYet() throws Exception {
    add("gear", 20, 0);
    add("nut", 20, 1);
    on(true, "washer", 3); // all in one fold

    Candidate candidate = train(null);

    assertThat(candidate.head().labels()).contains("washer");
    assertThat(candidate.judgement().challenger().examples()).isEqualTo(40);
    assertThat(candidate.judgement().reason())
        .endsWith("'washer' is learned, but cannot be judged yet");
  }

  @Test
  void shouldNotTrainWhatCannotBeJudged() {
    on(true, "gear", 10);
    on(true, "nut", 10);

    assertThatThrownBy(() -> train(null))
        .isInstanceOf(TooFewLabelsException.class)
        .hasMessageContaining("of one group");
  }

  /** Both are judged by heads that have not seen the pictures, although both learned from them. */
  @Test
  void shouldKeepTheChampionWhereNothingIsNew() throws Exception {
    add("gear", 60, 0);
    add("nut", 60, 1);
    Candidate first = train(null);

    Candidate again =
        trainer.train(Material.of(examples), championOf(first), List.of(), "backbone", NONE);
    assertThat(again.judgement().promoted()).isFalse();
    assertThat(again.judgement().reason()).endsWith("it has learned from the same labels");
    assertThat(again.judgement().champion()).isEqualTo(first.judgement().challenger());

    add("nut", 5, 1);
    Candidate more =
        trainer.train(Material.of(examples), championOf(first), List.of(), "backbone", NONE);
    assertThat(more.judgement().promoted()).isTrue();
  }

  private static Champion championOf(Candidate candidate) {
    return new Champion(
        candidate.head(),
        candidate.folds(),
        Learned.byDigest(candidate.examples()),
        Champion.Reembedding.SAME,
        false);
  }

  @Test
  void shouldJudgeTheChampionOnTheSamePictures() throws Exception {
    add("gear", 60, 0);
    add("nut", 60, 1);
    float[] swapped = new float[DIMENSION * 2];
    swapped[1] = 1;
    swapped[2] = 1;
    DenseHead champion = new DenseHead("backbone", List.of("gear", "nut"), swapped, new float[2]);

    Candidate candidate = train(champion);

    assertThat(candidate.judgement().promoted()).isTrue();
    Metrics judged = Objects.requireNonNull(candidate.judgement().champion());
    assertThat(judged.examples()).isEqualTo(candidate.judgement().challenger().examples());
    assertThat(judged.accuracy()).isLessThan(0.2);
  }

  /** The recent labels are wrong: the champion is better on the holdout. */
  @Test
  void shouldMarkARefusedHeadAsSuch() throws Exception {
    add("gear", 60, 0);
    add("nut", 60, 1);
    DenseHead champion = train(holdingOut, null).head();
    examples.replaceAll(
        example ->
            Split.of(example) == Split.HOLDOUT
                ? example
                : new Example(
                    example.imageId(),
                    example.label().equals("nut") ? "gear" : "nut",
                    example.sha256(),
                    null,
                    example.labelledAt(),
                    example.embedding()));

    Candidate candidate = train(holdingOut, champion);

    assertThat(candidate.judgement().promoted()).isFalse();
    assertThat(candidate.judgement().reason()).startsWith("refused: macro F1 0.");
  }

  @Test
  void shouldSayInTheVerdictWhatItIsTold() throws Exception {
    add("gear", 60, 0);
    add("nut", 60, 1);

    Candidate candidate =
        trainer.train(
            Material.of(examples), null, List.of("not compared with v1"), "backbone", NONE);

    assertThat(candidate.judgement().reason()).endsWith("; not compared with v1");
  }

  @Test
  void shouldLeaveTheMatrixOfVeryManyLabelsOut() throws Exception {
    for (int c = 0; c < 101; c++) {
      on(false, "part %03d".formatted(c), 5);
      on(true, "part %03d".formatted(c), 2);
    }

    Candidate candidate = train(holdingOut, null);

    assertThat(candidate.judgement().challenger().confusion()).isEmpty();
    assertThat(candidate.judgement().challenger().labels()).hasSize(101);
  }

  /** The champion is right with its own embeddings of two numbers, which only it sees. */
  @Test
  void shouldJudgeAChampionOfAnotherBackboneByItsOwnEmbeddings() throws Exception {
    add("gear", 60, 0);
    add("nut", 60, 1);
    DenseHead old =
        new DenseHead("old", List.of("gear", "nut"), new float[] {1, 0, 0, 1}, new float[2]);
    List<Example> asked = new ArrayList<>();
    Champion champion =
        new Champion(
            old,
            List.of(),
            Map.of(),
            holdout -> {
              asked.addAll(holdout);
              return holdout.stream()
                  .skip(1) // its picture is gone
                  .map(e -> e.embeddedAs(Embedding.of(e.label().equals("gear") ? 1 : 0, 0.5f)))
                  .toList();
            },
            false);

    Candidate candidate =
        holdingOut.train(Material.of(examples), champion, List.of(), "backbone", NONE);

    assertThat(asked).allMatch(example -> Split.of(example) == Split.HOLDOUT);
    Metrics judged = Objects.requireNonNull(candidate.judgement().champion());
    assertThat(judged.accuracy()).isEqualTo(1);
    assertThat(judged.examples()).isEqualTo(asked.size() - 1);
    assertThat(candidate.judgement().challenger().examples()).isEqualTo(asked.size() - 1);
    assertThat(candidate.training().examples()).containsEntry("holdout", asked.size() - 1);
    assertThat(candidate.head().dimension()).isEqualTo(DIMENSION);
    assertThat(candidate.judgement().reason()).endsWith("; its backbone is new");
  }

  @Test
  void shouldNotJudgeWhereNothingCanBeReadBack() {
    add("gear", 60, 0);
    add("nut", 60, 1);
    DenseHead old = new DenseHead("old", List.of("gear", "nut"), new float[4], new float[2]);

    assertThatThrownBy(
            () ->
                trainer.train(
                    Material.of(examples),
                    new Champion(old, List.of(), Map.of(), holdout -> List.of(), false),
                    List.of(),
                    "backbone",
                    NONE))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("can be read back");
  }

  /**
   * Labels are a matter of luck here, and each view is its original again: a head that had met the
   * views of what it is judged by would know the answers.
   */
  @Test
  void shouldNotLetViewsOfWhatJudgesAHeadTrainIt() throws Exception {
    Random luck = new Random(7);
    for (int i = 0; i < 80; i++) {
      add(luck.nextBoolean() ? "gear" : "nut", i % DIMENSION, "picture " + i);
    }
    Map<String, List<Embedding>> views =
        examples.stream()
            .collect(
                Collectors.toMap(Example::imageId, e -> List.of(e.embedding(), e.embedding())));

    Candidate byFolds = learn(trainer, new Material(examples, List.of(), views));
    Candidate byHoldout = learn(holdingOut, new Material(examples, List.of(), views));

    assertThat(byFolds.judgement().challenger().accuracy()).isLessThan(0.75);
    assertThat(byHoldout.judgement().challenger().accuracy()).isLessThan(0.85);
    assertThat(byFolds.head().predict(embeddings(examples)))
        .as("what it has learned, it knows")
        .isEqualTo(examples.stream().map(Example::label).toList());
  }

  @Test
  void shouldAskForViewsOfWhatIsLearnedAlone() throws Exception {
    on(false, "gear", 20);
    on(false, "nut", 20);
    on(true, "gear", 10);
    on(true, "nut", 10);
    add("rare", 1, 5);
    Augmentation three = Augmentation.DEFAULTS.withViews(3);

    ViewsToEmbed none = trainer.views(examples);
    ViewsToEmbed all = trainer(GateConfig.DEFAULTS.foldsBelow(), three).views(examples);
    ViewsToEmbed held = trainer(0, three).views(examples);

    assertThat(none.total()).isZero();
    assertThat(all.total()).isEqualTo(180);
    assertThat(held.total()).isEqualTo(120);
    assertThat(held.examples()).noneMatch(example -> Split.of(example) == Split.HOLDOUT);
  }

  @Test
  void shouldRecordHowViewsWereDrawnAndReadItBack() throws Exception {
    add("gear", 20, 0);
    add("nut", 20, 1);
    Augmentation three =
        new Augmentation(3, Augmentation.Flip.VERTICAL, 0.1, 0, 0.25, 0, 0.5, 0, 1.5);

    Training with = learn(trainer(2000, three), Material.of(examples)).training();
    Training without = train(null).training();

    assertThat(recorded(with).augmentation()).isEqualTo(three);
    assertThat(recorded(without).augmentation().views()).isZero();
    assertThat(without.configuration().keySet()).noneMatch(key -> key.startsWith("augmentation"));
    assertThat(trainer(2000, three).trainsLike(with)).isTrue();
    assertThat(trainer.trainsLike(with)).isFalse();
  }

  private static TrainingConfig recorded(ModelVersion.Training training) {
    return RecordedSettings.of(training.configuration()).config(training.seed(), true);
  }

  private static Candidate learn(Trainer by, Material material) throws Exception {
    return by.train(material, null, List.of(), "backbone", NONE);
  }

  private static float[][] embeddings(List<Example> some) {
    return some.stream().map(example -> example.embedding().numbers()).toArray(float[][]::new);
  }

  private Trainer trainer(int foldsBelow) {
    return trainer(foldsBelow, Augmentation.DEFAULTS);
  }

  private Trainer trainer(int foldsBelow, Augmentation augmentation) {
    return new Trainer(
        new HeadTrainer(TensorFlowConfig.DEFAULT),
        TrainingConfig.DEFAULTS
            .withAugmentation(augmentation)
            .withGate(GateConfig.DEFAULTS.withFoldsBelow(foldsBelow)),
        "bf16",
        () -> clock.getAndAdd(STEP_NANOS));
  }

  private Candidate train(@Nullable DenseHead champion) throws Exception {
    return train(trainer, champion);
  }

  private Candidate train(Trainer by, @Nullable DenseHead champion) throws Exception {
    return by.train(
        Material.of(examples),
        champion == null
            ? null
            : new Champion(champion, List.of(), Map.of(), Champion.Reembedding.SAME, false),
        List.of(),
        "backbone",
        NONE);
  }

  private void add(String label, int count, int axis) {
    for (int i = 0; i < count; i++) {
      add(label, axis, "picture " + examples.size());
    }
  }

  /** Examples on this side of the split. */
  private void on(boolean holdout, String label, int count) {
    int found = 0;
    for (int i = 0; found < count; i++) {
      String picture = label + " " + i;
      if ((Split.of(null, sha256(picture)) == Split.HOLDOUT) == holdout) {
        add(label, Math.floorMod(label.hashCode(), DIMENSION), picture);
        found++;
      }
    }
  }

  private void add(String label, int axis, String picture) {
    Random random = new Random(examples.size());
    float[] embedding = new float[DIMENSION];
    for (int d = 0; d < DIMENSION; d++) {
      embedding[d] = (float) random.nextGaussian();
    }
    embedding[axis] += 8;
    examples.add(
        new Example(
            "%05d".formatted(examples.size()),
            label,
            sha256(picture),
            null,
            Instant.EPOCH,
            Embedding.of(embedding)));
  }

  private static String sha256(String text) {
    return Sha256.hex(text.getBytes(StandardCharsets.UTF_8));
  }
}
