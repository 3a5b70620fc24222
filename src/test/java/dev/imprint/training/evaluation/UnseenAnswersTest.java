package dev.imprint.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.buffer.Example;
import dev.imprint.event.Sha256;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.head.DenseHead;
import dev.imprint.training.selection.Split;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class UnseenAnswersTest {
  private static final DenseHead HEAD = always("all", "nut");

  /** Each answers with its number. */
  private static final List<DenseHead> FOLDS =
      IntStream.range(0, Split.FOLDS).mapToObj(fold -> always("fold " + fold, "nut")).toList();

  @Test
  void shouldAnswerByTheHeadThatHasNotSeenTheExample() {
    for (int i = 0; i < 50; i++) {
      Example example = example(i, null);
      UnseenAnswers learned =
          new UnseenAnswers(HEAD, FOLDS, Map.of(example.sha256(), Learned.of(example)));

      assertThat(label(learned.of(example))).isEqualTo("fold " + Split.fold(example));
      assertThat(label(new UnseenAnswers(HEAD, FOLDS, Map.of()).of(example))).isEqualTo("all");
    }
  }

  @Test
  void shouldTakeAnExampleOfAGroupForSeen() {
    Example example = example(1, "burst");

    assertThat(label(new UnseenAnswers(HEAD, FOLDS, Map.of()).of(example)))
        .isEqualTo("fold " + Split.fold(example));
  }

  /** The head of its new fold has learned from it, in the old one. */
  @Test
  void shouldNotAnswerForAnExampleThatAChangedGroupHasMovedToAnotherFold() {
    int moved = 0;
    for (int i = 0; i < 50; i++) {
      Example then = example(i, null);
      Example now = example(i, "burst");
      Map<String, Learned> learned = Map.of(then.sha256(), Learned.of(then));
      boolean stays = Split.fold(then) == Split.fold(now);
      moved += stays ? 0 : 1;

      LabelProbabilities answer = new UnseenAnswers(HEAD, FOLDS, learned).of(now);
      LabelProbabilities onHoldout = new UnseenAnswers(HEAD, List.of(), learned).of(now);

      assertThat(label(answer)).isEqualTo(stays ? "fold " + Split.fold(now) : null);
      assertThat(onHoldout != null).isEqualTo(stays && Split.of(now) == Split.HOLDOUT);
    }
    assertThat(moved).isPositive();
  }

  @Test
  void shouldAnswerOnlyForTheHoldoutWithoutFolds() {
    for (int i = 0; i < 50; i++) {
      Example example = example(i, null);
      UnseenAnswers learned =
          new UnseenAnswers(HEAD, List.of(), Map.of(example.sha256(), Learned.of(example)));

      assertThat(label(learned.of(example)))
          .isEqualTo(Split.of(example) == Split.HOLDOUT ? "all" : null);
    }
  }

  @Test
  void shouldNotJudgeWhereTheFoldDoesNotKnowTheLabel() {
    Example example = example(1, null);
    List<DenseHead> strangers =
        IntStream.range(0, Split.FOLDS).mapToObj(fold -> always("gear", "bolt")).toList();

    assertThat(
            new UnseenAnswers(HEAD, strangers, Map.of(example.sha256(), Learned.of(example)))
                .of(example))
        .isNull();
  }

  private static @Nullable String label(@Nullable LabelProbabilities answer) {
    return answer == null ? null : answer.label();
  }

  private static Example example(int number, @Nullable String group) {
    String sha256 = Sha256.hex(Integer.toString(number).getBytes(StandardCharsets.UTF_8));
    return new Example("i" + number, "nut", sha256, group, Instant.EPOCH, Embedding.of(1));
  }

  private static DenseHead always(String label, String other) {
    return new DenseHead("b", List.of(label, other), new float[] {1, 0}, new float[2]);
  }
}
