package dev.imprint.observability;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PredictedLabelsTest extends MetersSteps {
  @Test
  void shouldCountPredictionsByLabelOfTheModelThatAnswers() {
    meters.serving(model("v1", "gear", "washer"));
    meters.predicted(prediction("washer", 0.93f), Duration.ZERO);
    meters.predicted(prediction("of-the-model-before", 0.93f), Duration.ZERO);

    assertThat(registry.scrape())
        .contains("imprint_predictions_total{label=\"gear\"} 0.0")
        .contains("imprint_predictions_total{label=\"washer\"} 1.0")
        .contains("imprint_predictions_total{label=\"other\"} 1.0");

    meters.serving(model("v2", "bolt", "washer"));

    assertThat(registry.scrape())
        .contains("imprint_predictions_total{label=\"bolt\"} 0.0")
        .contains("imprint_predictions_total{label=\"washer\"} 1.0")
        .doesNotContain("label=\"gear\"");
  }

  @Test
  void shouldBoundTheLabelsThatItShows() {
    meters.serving(model("v1", labels(1_000)));
    Stream.of(labels(1_000))
        .forEach(label -> meters.predicted(prediction(label, 1), Duration.ZERO));

    assertThat(registry.find("imprint.predictions").counters())
        .hasSize(PredictedLabels.MOST_LABELS + 1);
    assertThat(registry.scrape())
        .contains(
            "imprint_predictions_total{label=\"other\"} "
                + (1_000.0 - PredictedLabels.MOST_LABELS));
  }

  private static String[] labels(int most) {
    return IntStream.range(0, most).mapToObj(i -> "label-" + i).toArray(String[]::new);
  }
}
