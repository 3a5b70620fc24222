package dev.imprint.training;

import static dev.imprint.tensorflow.head.HeadTrainer.EpochListener.NONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.buffer.Example;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.head.DenseHead;
import dev.imprint.model.metrics.Metrics;
import dev.imprint.training.evaluation.Learned;
import dev.imprint.training.gate.Champion;
import dev.imprint.training.selection.Split;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The serving head, judged beside the new one. */
class TrainerChampionTest extends TrainerSteps {
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
}
