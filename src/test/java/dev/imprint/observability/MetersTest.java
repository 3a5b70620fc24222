package dev.imprint.observability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.model.Rejection;
import dev.imprint.model.Release;
import dev.imprint.pipeline.part.PipelineMetrics.Stage;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MetersTest extends MetersSteps {
  @Test
  void shouldStartEveryOutcomeAtZero() {
    assertThat(registry.scrape())
        .contains("imprint_images_total{outcome=\"predicted\"} 0.0")
        .contains("imprint_images_total{outcome=\"unlabelled\"} 0.0");
    for (Rejection reason : Rejection.ofImages()) {
      assertThat(registry.scrape())
          .contains("imprint_images_total{outcome=\"" + reason.tag() + "\"} 0.0");
    }
  }

  @Test
  void shouldCountEachImageUnderItsOutcome() {
    meters.predicted(prediction("washer", 0.93f), Duration.ofMillis(12));
    meters.predicted(prediction("washer", 0.93f), Duration.ofMillis(12));
    meters.predicted(prediction(null, 0.2f), Duration.ofMillis(12));
    meters.rejected(Rejection.BROKEN_IMAGE);

    assertThat(registry.scrape())
        .contains("imprint_images_total{outcome=\"predicted\"} 2.0")
        .contains("imprint_images_total{outcome=\"unlabelled\"} 1.0")
        .contains("imprint_images_total{outcome=\"broken_image\"} 1.0");
  }

  @Test
  void shouldCountImagesThatHadLostTheirEnd() {
    assertThat(registry.scrape()).contains("imprint_images_recovered_total 0.0");

    meters.recovered();

    assertThat(registry.scrape()).contains("imprint_images_recovered_total 1.0");
  }

  @Test
  void shouldPutConfidenceIntoBuckets() {
    meters.predicted(prediction("washer", 0.93f), Duration.ZERO);
    meters.predicted(prediction(null, 0.35f), Duration.ZERO);
    meters.predicted(prediction(null, 0), Duration.ZERO); // there is no head

    assertThat(registry.scrape())
        .contains("imprint_confidence_percent_bucket{le=\"30.0\"} 0")
        .contains("imprint_confidence_percent_bucket{le=\"40.0\"} 1")
        .contains("imprint_confidence_percent_bucket{le=\"95.0\"} 2")
        .contains("imprint_confidence_percent_count 2");
  }

  @Test
  void shouldPutLatencyIntoBuckets() {
    meters.predicted(prediction("washer", 0.93f), Duration.ofMillis(12));

    assertThat(registry.scrape())
        .contains("imprint_latency_seconds_bucket{le=\"0.01\"} 0")
        .contains("imprint_latency_seconds_bucket{le=\"0.02\"} 1")
        .contains("imprint_latency_seconds_sum 0.012");
  }

  @Test
  void shouldPutBatchSizesIntoBuckets() {
    meters.batch(5);

    assertThat(registry.scrape())
        .contains("imprint_batch_size_bucket{le=\"4.0\"} 0")
        .contains("imprint_batch_size_bucket{le=\"8.0\"} 1")
        .contains("imprint_batch_size_sum 5.0");
  }

  @Test
  void shouldCountAndTimeSwaps() {
    assertThat(registry.scrape()).contains("imprint_swaps_total 0.0");

    meters.swapped(Duration.ofMillis(12));

    assertThat(registry.scrape())
        .contains("imprint_swaps_total 1.0")
        .contains("imprint_swap_seconds_sum 0.012");
  }

  @Test
  void shouldTimeEachStageApart() {
    meters.stage(Stage.BACKBONE, Duration.ofMillis(90));

    assertThat(registry.scrape())
        .contains("imprint_stage_seconds_sum{stage=\"backbone\"} 0.09")
        .contains("imprint_stage_seconds_count{stage=\"backbone\"} 1")
        .contains("imprint_stage_seconds_count{stage=\"decode\"} 0")
        .contains("imprint_stage_seconds_count{stage=\"head\"} 0");
  }

  @Test
  void shouldDropTheMeterOfAVersionThatNoLongerServes() {
    meters.serving(model("v1"));
    meters.serving(model("v2"));

    assertThat(registry.scrape())
        .contains("imprint_model_info{backbone=\"abc\",version=\"v2\"} 1")
        .doesNotContain("version=\"v1\"");
  }

  @Test
  void shouldNotKnowTheLagBeforeThePipelineStarts() {
    assertThat(registry.scrape()).contains("imprint_lag_records NaN");
  }

  @Test
  void shouldNameTheRelease() {
    assertThat(registry.scrape())
        .contains("imprint_build_info{version=\"" + Release.VERSION + "\"} 1");
  }

  @Test
  void shouldExposeTheNamesAndTypesOfTheContract() {
    meters.serving(model("v1"));

    assertThat(registry.scrape().lines().filter(line -> line.startsWith("# TYPE")))
        .contains(
            "# TYPE imprint_images_total counter",
            "# TYPE imprint_batch_size histogram",
            "# TYPE imprint_stage_seconds histogram",
            "# TYPE imprint_latency_seconds histogram",
            "# TYPE imprint_model_info gauge",
            "# TYPE imprint_lag_records gauge");
  }
}
