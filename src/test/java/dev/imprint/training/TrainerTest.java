package dev.imprint.training;

import static dev.imprint.tensorflow.head.HeadTrainer.EpochListener.NONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.buffer.Example;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.head.DenseHead;
import dev.imprint.training.selection.Split;
import dev.imprint.training.selection.TooFewLabelsException;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TrainerTest extends TrainerSteps {
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
}
