package dev.imprint.model.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.imprint.model.labels.LabelChanges;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DenseHeadTest {
  private static final Head HEAD =
      new DenseHead(
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
    DenseHead head = (DenseHead) HEAD;
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

  private static final DenseLayer RELU =
      new DenseLayer(new float[] {1, -1, 0, 2, 1, 1}, new float[] {0, 0, -1}, Activation.RELU);
  private static final DenseHead DEEP =
      new DenseHead(
          "b",
          List.of("nut", "bolt"),
          List.of(RELU),
          new float[] {1, 0, 0, 1, 1, -1},
          new float[2]);

  @Test
  void shouldApplyHiddenLayersBeforeTheSoftmax() {
    // (1, 3): sums 1 + 6, -1 + 3, 3 - 1; all above 0. (0, -1): all below, but for the bias.
    float[][] answers = DEEP.probabilities(new float[][] {{1, 3}, {0, -1}});

    double odds = Math.exp(7 + 2 - (2 - 2));
    assertThat(answers[0][0]).isCloseTo((float) (odds / (odds + 1)), within(1e-6f));
    assertThat(answers[1]).containsExactly(0.5f, 0.5f);
    assertThat(DEEP.dimension()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "LINEAR, -1.5, -1.5",
    "RELU, -1.5, 0",
    "SILU, -1.5, -0.273638",
    "TANH, 0.5, 0.462117"
  })
  void shouldComputeActivationsAsKerasDoes(Activation activation, float x, float expected) {
    assertThat(activation.of(x)).isCloseTo(expected, within(1e-6f));
    assertThat(Activation.ofKeras(activation.keras())).isEqualTo(activation);
  }

  @Test
  void shouldRelabelAndCalibrateByTheLastLayerAlone() {
    LabelChanges changes = new LabelChanges(Map.of("bolt", "screw"), Set.of());
    float[][] embeddings = {{1, 0.5f}, {-1, 2}};

    DenseHead renamed = DEEP.under(changes);
    DenseHead cooler = DEEP.dividedBy(2);

    assertThat(renamed.labels()).containsExactly("nut", "screw");
    assertThat(renamed.hidden()).isEqualTo(DEEP.hidden());
    assertThat(renamed.probabilities(embeddings)).isDeepEqualTo(DEEP.probabilities(embeddings));
    assertThat(cooler.hidden()).isEqualTo(DEEP.hidden());
    float before = DEEP.probabilities(embeddings)[0][0];
    float after = cooler.probabilities(embeddings)[0][0];
    assertThat(Math.log(after / (1 - after)))
        .isCloseTo(Math.log(before / (1 - before)) / 2, within(1e-5));
    assertThat(DEEP.of(List.of("bolt")).hidden()).isEqualTo(DEEP.hidden());
  }

  @Test
  void shouldRefuseLayersThatDoNotFit() {
    assertThatThrownBy(
            () ->
                new DenseHead(
                    "b", List.of("nut", "bolt"), List.of(RELU), new float[4], new float[2]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a layer of 2 inputs follows one of 3 units");
    assertThatThrownBy(() -> new DenseLayer(new float[3], new float[2], Activation.RELU))
        .hasMessage("3 weights do not fit 2 biases");
  }

  @Test
  void shouldNotHideABrokenEmbeddingBehindAnActivation() {
    DenseHead head =
        new DenseHead(
            "b",
            List.of("nut"),
            List.of(new DenseLayer(new float[] {1}, new float[1], Activation.TANH)),
            new float[] {1},
            new float[1]);

    assertThatThrownBy(() -> head.probabilities(new float[] {Float.POSITIVE_INFINITY}))
        .isInstanceOf(ArithmeticException.class);
  }
}
