package dev.imprint.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TemperatureTest {
  private static final List<String> LABELS = List.of("bolt", "gear", "nut");

  private final SplittableRandom random = new SplittableRandom(5);
  private final List<String> truths = new ArrayList<>();

  @Test
  void shouldFindHowOverconfidentAnswersAre() {
    assertThat(Temperature.of(answers(2_000, 2.5), truths)).isCloseTo(2.5, within(0.25));
  }

  @Test
  void shouldFindHowUnderconfidentAnswersAre() {
    assertThat(Temperature.of(answers(2_000, 0.5), truths)).isCloseTo(0.5, within(0.05));
  }

  @Test
  void shouldLeaveAloneWhatHalfOfTheAnswersDoNotConfirm() {
    assertThat(Temperature.of(answers(1, 3), truths)).isEqualTo(1);
    assertThat(Temperature.of(List.of(), List.of())).isEqualTo(1);
  }

  @Test
  void shouldNotRaiseConfidenceWithoutMistakes() {
    List<Answer> right = Collections.nCopies(60, answer(0.9f, 0.06f, 0.04f));

    assertThat(Temperature.of(right, Collections.nCopies(60, "bolt"))).isEqualTo(1);
  }

  @Test
  void shouldBearProbabilitiesOfZero() {
    List<Answer> sure = Collections.nCopies(4, answer(1, 0, 0));

    assertThat(Temperature.of(sure, List.of("bolt", "bolt", "gear", "gear")))
        .isCloseTo(4, within(0.01));
  }

  @Test
  void shouldChangeTheConfidenceAndNotTheAnswer() {
    Answer answer = answer(0.7f, 0.2f, 0.1f);

    Answer at = answer.at(2);

    assertThat(at.label()).isEqualTo("bolt");
    double sum = Math.sqrt(0.7) + Math.sqrt(0.2) + Math.sqrt(0.1);
    assertThat(at.confidence()).isCloseTo(Math.sqrt(0.7) / sum, within(1e-6));
    assertThat(answer.at(1).confidence()).isCloseTo(0.7, within(1e-6));
  }

  /** Answers that would be right as often as they say if their logits were divided by this. */
  private List<Answer> answers(int count, double temperature) {
    List<Answer> answers = new ArrayList<>();
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
      truths.add(LABELS.get(truth));
      for (int c = 0; c < honest.length; c++) {
        honest[c] /= (float) sum;
      }
      answers.add(new Answer(LABELS, honest).at(1 / temperature));
    }
    return answers;
  }

  private static Answer answer(float... probabilities) {
    return new Answer(LABELS, probabilities);
  }
}
