package dev.imprint.observability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.imprint.buffer.BufferSnapshot;
import dev.imprint.buffer.Example;
import dev.imprint.buffer.Snapshots;
import dev.imprint.leader.LearningMetrics.RunEnd;
import dev.imprint.model.ModelVersion.Judgement;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.metrics.Metrics;
import dev.imprint.tensorflow.head.Epoch;
import dev.imprint.training.selection.GateConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LearningMetersTest {
  /** The first digits put them on this side of the split, see {@code Split}. */
  private static final String HELD_OUT = "00000000ffffffff";

  private static final String LEARNED = "ffffffffffffffff";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final LearningMeters meters = new LearningMeters(registry, GateConfig.DEFAULTS);
  private final List<Example> examples = new ArrayList<>();

  @Test
  void shouldStartEveryRunAtZero() {
    for (String outcome :
        List.of("promoted", "refused", "too_few_labels", "nothing_new", "failed")) {
      assertThat(registry.scrape())
          .contains("imprint_training_runs_total{outcome=\"" + outcome + "\"} 0.0");
    }
  }

  @Test
  void shouldCountAndTimeARun() {
    meters.trained(RunEnd.REFUSED, Duration.ofMillis(1500));

    assertThat(registry.scrape())
        .contains("imprint_training_runs_total{outcome=\"refused\"} 1.0")
        .contains("imprint_training_seconds_sum 1.5");
  }

  @Test
  void shouldFollowTheTrainingThatIsRunning() {
    meters.epoch(new Epoch(Epoch.Phase.SEARCH, 7, 200, 0.5, new Epoch.Validation(0.75, 0.9)));

    assertThat(registry.scrape())
        .contains("imprint_training_epoch 7.0")
        .contains("imprint_training_loss{part=\"training\"} 0.5")
        .contains("imprint_training_loss{part=\"validation\"} 0.75");

    meters.epoch(null);

    assertThat(registry.scrape())
        .contains("imprint_training_epoch NaN")
        .contains("imprint_training_loss{part=\"training\"} NaN");
  }

  @Test
  void shouldShowBothHeadsOfTheLastJudgement() {
    assertThat(registry.scrape()).contains("imprint_gate_macro_f1{model=\"challenger\"} NaN");

    meters.judged(judgement(metrics(0.9, 0.8), metrics(0.7, 0.6)));

    assertThat(registry.scrape())
        .contains("imprint_gate_accuracy{model=\"challenger\"} 0.9")
        .contains("imprint_gate_macro_f1{model=\"challenger\"} 0.8")
        .contains("imprint_gate_accuracy{model=\"champion\"} 0.7")
        .contains("imprint_gate_macro_f1{model=\"champion\"} 0.6");
  }

  @Test
  void shouldShowHowSureTheJudgementIs() {
    meters.judged(judgement(metrics(0.9, 0.8), null));

    assertThat(registry.scrape())
        .contains("imprint_gate_examples{model=\"challenger\"} 10.0")
        .contains("imprint_gate_examples{model=\"champion\"} NaN");
    assertThat(bound("imprint.gate.accuracy.lower")).isEqualTo(0.596, within(0.001));
    assertThat(bound("imprint.gate.accuracy.upper")).isEqualTo(0.982, within(0.001));
    assertThat(bound("imprint.gate.macro.f1.lower")).isZero(); // nothing is known of any label
    assertThat(bound("imprint.gate.macro.f1.upper")).isEqualTo(1);
  }

  private double bound(String name) {
    return registry.get(name).tag("model", "challenger").gauge().value();
  }

  @Test
  void shouldShowNoChampionBesideTheFirstVersion() {
    meters.judged(judgement(metrics(0.9, 0.8), null));

    assertThat(registry.scrape())
        .contains("imprint_gate_macro_f1{model=\"challenger\"} 0.8")
        .contains("imprint_gate_macro_f1{model=\"champion\"} NaN");
  }

  @Test
  void shouldShowNoJudgementWhereNobodyLeadsAnyMore() {
    meters.judged(judgement(metrics(0.9, 0.8), null));

    meters.judged(null);

    assertThat(registry.scrape()).contains("imprint_gate_macro_f1{model=\"challenger\"} NaN");
  }

  @Test
  void shouldTellLabelsWithEnoughExamplesFromThin() {
    add("gear", 5, 2);
    add("nut", 5, 1);
    add("washer", 1, 1);

    meters.buffer().holds(Snapshots.of(examples));

    assertThat(registry.scrape())
        .contains("imprint_labels{state=\"known\"} 3.0")
        .contains("imprint_labels{state=\"enough\"} 2.0")
        .contains("imprint_label_examples{label=\"gear\"} 7.0")
        .contains("imprint_label_examples{label=\"nut\"} 6.0")
        .contains("imprint_buffer_examples{split=\"holdout\"} 4.0")
        .contains("imprint_buffer_examples{split=\"training\"} 11.0");
  }

  @Test
  void shouldShowHowManyPicturesAreStillToBeEmbedded() {
    meters.buffer().waiting(17);

    assertThat(registry.scrape()).contains("imprint_buffer_waiting 17.0");
  }

  @Test
  void shouldShowOnlyTheTwentyThinnestLabels() {
    for (int label = 1; label <= 25; label++) {
      add("label-" + label, label, 0);
    }

    meters.buffer().holds(Snapshots.of(examples));

    assertThat(registry.scrape().lines().filter(l -> l.startsWith("imprint_label_examples{")))
        .hasSize(20)
        .contains("imprint_label_examples{label=\"label-20\"} 20.0");
  }

  @Test
  void shouldShowNothingOfABufferThatHasClosed() {
    add("gear", 5, 2);
    meters.buffer().holds(Snapshots.of(examples));

    meters.buffer().holds(BufferSnapshot.EMPTY);

    assertThat(registry.scrape())
        .contains("imprint_labels{state=\"known\"} 0.0")
        .contains("imprint_buffer_examples{split=\"training\"} 0.0")
        .doesNotContain("label=\"gear\"");
  }

  private void add(String label, int learned, int heldOut) {
    for (int i = 0; i < learned + heldOut; i++) {
      examples.add(
          new Example(
              label + i,
              label,
              i < learned ? LEARNED : HELD_OUT,
              null,
              Instant.EPOCH,
              Embedding.of(i)));
    }
  }

  private static Judgement judgement(Metrics challenger, @Nullable Metrics champion) {
    return new Judgement(true, "promoted", challenger, champion, null);
  }

  private static Metrics metrics(double accuracy, double macroF1) {
    return new Metrics(10, accuracy, 0, 0, macroF1, List.of(), List.of());
  }
}
