package dev.imprint.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.imprint.buffer.Example;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.metrics.Metrics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class EvaluationTest {
  private static final Offset<Double> EXACT = within(1e-12);

  @Test
  void shouldCountWhatAPersonCountsByHand() {
    Metrics metrics =
        Evaluation.metrics(
            List.of("nut", "nut", "nut", "gear", "gear", "bolt"),
            List.of("nut", "nut", "gear", "gear", "bolt", "nut"));

    assertThat(metrics.examples()).isEqualTo(6);
    assertThat(metrics.accuracy()).isCloseTo(3 / 6.0, EXACT);
    assertThat(metrics.confusion())
        .containsExactly(List.of(0, 0, 1), List.of(1, 1, 0), List.of(0, 1, 2));
    assertThat(metrics.labels())
        .containsExactly(
            new Metrics.PerLabel("bolt", 0, 0, 0, 1),
            new Metrics.PerLabel("gear", 1 / 2.0, 1 / 2.0, 1 / 2.0, 2),
            new Metrics.PerLabel("nut", 2 / 3.0, 2 / 3.0, 2 / 3.0, 3));
    assertThat(metrics.macroPrecision()).isCloseTo((0 + 1 / 2.0 + 2 / 3.0) / 3, EXACT);
    assertThat(metrics.macroRecall()).isCloseTo((0 + 1 / 2.0 + 2 / 3.0) / 3, EXACT);
    assertThat(metrics.macroF1()).isCloseTo((0 + 1 / 2.0 + 2 / 3.0) / 3, EXACT);
  }

  @Test
  void shouldTellPrecisionFromRecall() {
    Metrics metrics =
        Evaluation.metrics(List.of("a", "a", "a", "a", "b"), List.of("a", "b", "b", "b", "b"));

    assertThat(metrics.labels())
        .containsExactly(
            new Metrics.PerLabel("a", 1, 1 / 4.0, 2 / 5.0, 4),
            new Metrics.PerLabel("b", 1 / 4.0, 1, 2 / 5.0, 1));
    assertThat(metrics.macroF1()).isCloseTo(2 / 5.0, EXACT);
  }

  @Test
  void shouldTakeTheMeansOverTruthsAlone() {
    Metrics metrics = Evaluation.metrics(List.of("a", "a"), List.of("a", "ghost"));

    assertThat(metrics.labels()).extracting(Metrics.PerLabel::label).containsExactly("a", "ghost");
    assertThat(metrics.labels().get(1)).isEqualTo(new Metrics.PerLabel("ghost", 0, 0, 0, 0));
    assertThat(metrics.macroRecall()).isCloseTo(1 / 2.0, EXACT);
    assertThat(metrics.macroF1()).isCloseTo(2 / 3.0, EXACT);
  }

  /** Heads of the bundled classifiers have a thousand labels, and others ten times as many. */
  @Test
  void shouldNotKeepAMatrixOfTenThousandLabels() {
    List<String> truths = IntStream.range(0, 10_000).mapToObj("label %05d"::formatted).toList();
    List<String> predictions = new ArrayList<>(truths);
    predictions.set(0, truths.get(1));

    Metrics metrics = Evaluation.metrics(truths, predictions);

    assertThat(metrics.labels()).hasSize(10_000);
    assertThat(metrics.accuracy()).isCloseTo(0.9999, EXACT);
    assertThat(metrics.confusion()).isEmpty();
    assertThat(Evaluation.mistakes(truths, predictions))
        .containsExactly(new Evaluation.Mistake("label 00000", "label 00001", 1));
  }

  @Test
  void shouldRefuseWhatDoesNotPair() {
    assertThatThrownBy(() -> Evaluation.metrics(List.of("a"), List.of()))
        .hasMessage("1 truths, 0 predictions");
    assertThatThrownBy(() -> Evaluation.metrics(List.of(), List.of()))
        .hasMessage("0 truths, 0 predictions");
  }

  private static Example example(String label, float... embedding) {
    return new Example(label, label, "00".repeat(32), null, Instant.EPOCH, Embedding.of(embedding));
  }
}
