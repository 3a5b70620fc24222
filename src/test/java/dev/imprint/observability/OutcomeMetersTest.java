package dev.imprint.observability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.model.Outcome;
import dev.imprint.model.Rejection;
import dev.imprint.model.Role;
import dev.imprint.model.Why;
import dev.imprint.pipeline.part.FeedbackResult;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Meters of feedback, and of predictions that it may confirm. */
class OutcomeMetersTest extends MetersSteps {
  @Test
  void shouldCountFeedbackUnderWhatBecameOfIt() {
    meters.feedback(FeedbackResult.LABELLED);
    meters.feedbackRejected(Rejection.NO_SUCH_IMAGE);

    assertThat(registry.scrape())
        .contains("imprint_feedback_total{outcome=\"labelled\"} 1.0")
        .contains("imprint_feedback_total{outcome=\"no_such_image\"} 1.0")
        .contains("imprint_feedback_total{outcome=\"picture_lost\"} 0.0");
  }

  @Test
  void shouldCountOutcomesByVersionAndDropTheVersionsOfLongAgo() {
    for (int version = 0; version < 12; version++) {
      meters.outcome(outcome("v" + version, "washer"));
    }
    meters.outcome(outcome("v11", "gear"));

    assertThat(registry.scrape())
        .contains(
            "imprint_outcomes_total{result=\"right\",role=\"serving\",sample=\"chosen\",version=\"v11\",why=\"random\"} 1.0")
        .contains(
            "imprint_outcomes_total{result=\"wrong\",role=\"serving\",sample=\"chosen\",version=\"v11\",why=\"random\"} 1.0")
        .contains(
            "imprint_outcomes_total{result=\"abstained\",role=\"serving\",sample=\"chosen\",version=\"v11\",why=\"random\"} 0.0")
        .contains("version=\"v2\"")
        .doesNotContain("version=\"v1\"");
  }

  private static Outcome outcome(String version, String actual) {
    return new Outcome(
        "1", "washer", actual, 1, version, Role.SERVING, null, Why.RANDOM, Instant.EPOCH, false);
  }

  @Test
  void shouldCountTheRandomSampleApart() {
    meters.predicted(prediction("washer", 0.9f, "v1", true), Duration.ZERO);
    meters.predicted(prediction("washer", 0.9f, "v1", false), Duration.ZERO);
    meters.outcome(outcome("v1", "gear"));
    meters.outcome(
        new Outcome(
            "2", "gear", "gear", 1, "v1", Role.SERVING, null, Why.WRONG, Instant.EPOCH, true));

    assertThat(registry.scrape())
        .contains("imprint_asked_total{version=\"v1\"} 1.0")
        .contains(
            "{result=\"right\",role=\"serving\",sample=\"random\",version=\"v1\",why=\"wrong\"} 1.0")
        .contains(
            "{result=\"wrong\",role=\"serving\",sample=\"random\",version=\"v1\",why=\"wrong\"} 0.0")
        .contains(
            "{result=\"wrong\",role=\"serving\",sample=\"chosen\",version=\"v1\",why=\"random\"} 1.0");
  }

  @Test
  void shouldExpectTheAccuracyThatConfidencesPromise() {
    meters.predicted(prediction("washer", 0.75f, "v1", false), Duration.ZERO);
    meters.predicted(prediction("gear", 0.5f, "v1", false), Duration.ZERO);
    meters.predicted(prediction(null, 0.25f, "v1", false), Duration.ZERO); // gives no label
    meters.predicted(prediction("washer", 1, "v2", false), Duration.ZERO);

    assertThat(registry.scrape())
        .contains("imprint_expected_accuracy_count{version=\"v1\"} 3")
        .contains("imprint_expected_accuracy_sum{version=\"v1\"} 1.25")
        .contains("imprint_expected_accuracy_sum{version=\"v2\"} 1.0");
  }

  @Test
  void shouldDropAllMetersOfTheVersionsOfLongAgo() {
    for (int version = 0; version < 12; version++) {
      meters.predicted(prediction("washer", 1, "v" + version, true), Duration.ZERO);
      meters.outcome(outcome("v" + version, "washer"));
    }

    assertThat(registry.scrape()).contains("version=\"v2\"").doesNotContain("version=\"v1\"");
  }

  @Test
  void shouldCountWhyPeopleLooked() {
    meters.outcome(outcome("v1", "washer"));
    meters.outcome(
        new Outcome(
            "2", "washer", "gear", 1, "v1", Role.SERVING, null, Why.WRONG, Instant.EPOCH, false));

    assertThat(registry.scrape())
        .contains(
            "{result=\"right\",role=\"serving\",sample=\"chosen\",version=\"v1\",why=\"random\"} 1.0")
        .contains(
            "{result=\"wrong\",role=\"serving\",sample=\"chosen\",version=\"v1\",why=\"random\"} 0.0")
        .contains(
            "{result=\"wrong\",role=\"serving\",sample=\"chosen\",version=\"v1\",why=\"wrong\"} 1.0");
  }
}
