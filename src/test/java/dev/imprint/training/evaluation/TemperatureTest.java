package dev.imprint.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.imprint.buffer.Example;
import dev.imprint.model.backbone.Embedding;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TemperatureTest {
  private static final List<String> LABELS = List.of("bolt", "gear", "nut");

  private final SplittableRandom random = new SplittableRandom(5);

  @Test
  void shouldFindHowOverconfidentAnswersAre() {
    assertThat(Temperature.of(answers(2_000, 2.5))).isCloseTo(2.5, within(0.25));
  }

  @Test
  void shouldFindHowUnderconfidentAnswersAre() {
    assertThat(Temperature.of(answers(2_000, 0.5))).isCloseTo(0.5, within(0.05));
  }

  @Test
  void shouldLeaveAloneWhatHalfOfTheAnswersDoNotConfirm() {
    assertThat(Temperature.of(answers(1, 3))).isEqualTo(1);
    assertThat(Temperature.of(List.of())).isEqualTo(1);
  }

  @Test
  void shouldNotRaiseConfidenceWithoutMistakes() {
    UnseenAnswer right = of("bolt", answer(0.9f, 0.06f, 0.04f));

    assertThat(Temperature.of(Collections.nCopies(60, right))).isEqualTo(1);
  }

  @Test
  void shouldBearProbabilitiesOfZero() {
    UnseenAnswer right = of("bolt", answer(1, 0, 0));
    UnseenAnswer wrong = of("gear", answer(1, 0, 0));

    assertThat(Temperature.of(List.of(right, right, wrong, wrong))).isCloseTo(4, within(0.01));
  }

  @Test
  void shouldChangeTheConfidenceAndNotTheAnswer() {
    LabelProbabilities answer = answer(0.7f, 0.2f, 0.1f);

    LabelProbabilities at = answer.at(2);

    assertThat(at.label()).isEqualTo("bolt");
    double sum = Math.sqrt(0.7) + Math.sqrt(0.2) + Math.sqrt(0.1);
    assertThat(at.confidence()).isCloseTo(Math.sqrt(0.7) / sum, within(1e-6));
    assertThat(answer.at(1).confidence()).isCloseTo(0.7, within(1e-6));
  }

  /** Answers that would be right as often as they say if their logits were divided by this. */
  private List<UnseenAnswer> answers(int count, double temperature) {
    List<UnseenAnswer> answers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] honest = new float[LABELS.size()];
      double sum = 0;
      for (int c = 0; c < honest.length; c++) {
        honest[c] = (float) Math.exp(3 * random.nextDouble());
        sum += honest[c];
      }
      double drawn = random.nextDouble() * sum;
      int truth = 0;
      while (drawn > honest[truth] && truth < honest.length - 1) {
        drawn -= honest[truth++];
      }
      for (int c = 0; c < honest.length; c++) {
        honest[c] /= (float) sum;
      }
      answers.add(
          of(LABELS.get(truth), new LabelProbabilities(LABELS, honest).at(1 / temperature)));
    }
    return answers;
  }

  private static UnseenAnswer of(String label, LabelProbabilities answer) {
    Example example = new Example("id", label, "ff", null, Instant.EPOCH, Embedding.of());
    return new UnseenAnswer(example, answer);
  }

  private static LabelProbabilities answer(float... probabilities) {
    return new LabelProbabilities(LABELS, probabilities);
  }
}
