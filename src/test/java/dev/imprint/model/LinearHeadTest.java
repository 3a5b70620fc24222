package dev.imprint.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LinearHeadTest {
  private static final Head HEAD =
      new LinearHead(
          "b", List.of("nut", "bolt", "gear"), new float[] {1, 0, 0, 0, 1, 1}, new float[3]);

  @Test
  void shouldAnswerEachEmbeddingOfABatch() {
    float[][] answers = HEAD.probabilities(new float[][] {{2, 0}, {0, 0}});

    float e2 = (float) Math.exp(2);
    assertThat(answers[0])
        .containsExactly(new float[] {e2 / (e2 + 2), 1 / (e2 + 2), 1 / (e2 + 2)}, within(1e-6f));
    assertThat(answers[1]).containsExactly(new float[] {1 / 3f, 1 / 3f, 1 / 3f}, within(1e-6f));
    assertThat(HEAD.probabilities(new float[0][])).isEmpty();
  }

  @Test
  void shouldPredictTheFirstOfEqualLabels() {
    assertThat(HEAD.predict(new float[][] {{2, 0}, {0, 2}, {0, 0}}))
        .containsExactly("nut", "bolt", "nut");
  }

  @Test
  void shouldNotOverflow() {
    assertThat(HEAD.probabilities(new float[][] {{1e4f, 0}})[0]).containsExactly(1, 0, 0);
  }

  @Test
  void shouldRefuseWhatIsNotAnEmbedding() {
    assertThatThrownBy(() -> HEAD.probabilities(new float[][] {{1, 0}, {1}}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 numbers, but the head takes 2");
    assertThatThrownBy(() -> HEAD.probabilities(new float[][] {{Float.NaN, 0}}))
        .isInstanceOf(ArithmeticException.class);
  }

  @Test
  void shouldAddUpTheClassesOfMergedLabelsAndLeaveOutRetiredOnes() {
    LinearHead head = (LinearHead) HEAD;
    LabelChanges merged = new LabelChanges(Map.of("nut", "round", "gear", "round"), Set.of());
    LabelChanges retired = new LabelChanges(Map.of("bolt", "screw"), Set.of("gear"));

    float[] before = HEAD.probabilities(new float[][] {{2, 1}})[0];
    Head sums = head.under(merged);

    assertThat(sums.labels()).containsExactly("round", "bolt");
    assertThat(sums.probabilities(new float[][] {{2, 1}})[0])
        .containsExactly(new float[] {before[0] + before[2], before[1]}, within(1e-6f));
    assertThat(head.under(retired).labels()).containsExactly("nut", "screw");
    assertThat(head.under(retired).weights()).containsExactly(1, 0, 0, 1);
    assertThat(head.under(LabelChanges.NONE)).isSameAs(head);
  }
}
