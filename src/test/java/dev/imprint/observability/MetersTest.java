package dev.imprint.observability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.model.Claim;
import dev.imprint.model.Outcome;
import dev.imprint.model.Prediction;
import dev.imprint.model.Rejection;
import dev.imprint.model.Release;
import dev.imprint.model.Role;
import dev.imprint.model.Why;
import dev.imprint.model.backbone.NoBackbone;
import dev.imprint.model.head.DenseHead;
import dev.imprint.model.serving.ServingModel;
import dev.imprint.pipeline.part.FeedbackResult;
import dev.imprint.pipeline.part.PipelineMetrics.Stage;
import dev.imprint.pipeline.part.PipelinePart;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetersTest {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Meters meters = new Meters(registry, "images", MetricsConfig.DEFAULTS);

  @AfterEach
  void close() {
    meters.close();
  }

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

  static Prediction prediction(@Nullable String label, float confidence) {
    return prediction(label, confidence, "v1", false);
  }

  private static Prediction prediction(
      @Nullable String label, float confidence, String version, boolean ask) {
    Claim claim = new Claim("images", 0, 0, "");
    return new Prediction(
        "1",
        label,
        confidence,
        List.of(),
        version,
        Role.SERVING,
        claim,
        null,
        Instant.EPOCH,
        Instant.EPOCH,
        ask,
        List.of());
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
  void shouldShowKafkaStreamsAndDropTheInstanceBefore() {
    try (KafkaStreams first = streams("first");
        KafkaStreams second = streams("second")) {
      meters.started(PipelinePart.SERVING, first);
      assertThat(registry.scrape()).contains("kafka_stream_").contains("client_id=\"first-");

      meters.started(PipelinePart.SERVING, second);

      assertThat(registry.scrape())
          .contains("client_id=\"second-")
          .doesNotContain("client_id=\"first-");
    }
  }

  @Test
  void shouldTellTheKafkaStreamsOfBothPartsApart() {
    try (KafkaStreams serving = streams("serving");
        KafkaStreams learning = streams("learning")) {
      meters.started(PipelinePart.SERVING, serving);
      meters.started(PipelinePart.LEARNING, learning);

      assertThat(registry.scrape())
          .contains("client_id=\"serving-", "client_id=\"learning-")
          .contains("imprint_pipeline_restarts_total{part=\"serving\"} 0.0")
          .contains("imprint_pipeline_restarts_total{part=\"learning\"} 0.0");
    }
  }

  @Test
  void shouldShowAShortListOfKafkasMetersUnlessAllAreAskedFor() {
    var all = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    try (Meters ofAll = new Meters(all, "images", new MetricsConfig(MetricsConfig.Kafka.ALL));
        KafkaStreams streams = streams("many")) {
      meters.started(PipelinePart.SERVING, streams);
      ofAll.started(PipelinePart.SERVING, streams);

      assertThat(kafkaMeters(registry))
          .containsExactlyInAnyOrderElementsOf(KafkaMeters.SHORT.keySet());
      assertThat(kafkaMeters(all)).hasSizeGreaterThan(3 * KafkaMeters.SHORT.size());
    }
  }

  private static Set<String> kafkaMeters(MeterRegistry registry) {
    return registry.getMeters().stream()
        .map(meter -> meter.getId().getName())
        .filter(name -> name.startsWith("kafka."))
        .collect(Collectors.toSet());
  }

  @Test
  void shouldCountARestartOfThePipelineButNotItsStart() {
    try (KafkaStreams first = streams("first");
        KafkaStreams second = streams("second")) {
      meters.started(PipelinePart.SERVING, first);
      assertThat(registry.scrape())
          .contains("imprint_pipeline_restarts_total{part=\"serving\"} 0.0");

      meters.started(PipelinePart.SERVING, second);

      assertThat(registry.scrape())
          .contains("imprint_pipeline_restarts_total{part=\"serving\"} 1.0");
    }
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

  /** Never started, so it never connects to this address. */
  static KafkaStreams streams(String applicationId) {
    StreamsBuilder builder = new StreamsBuilder();
    builder.<String, String>stream("images").to("predictions");
    Properties properties = new Properties();
    properties.put("application.id", applicationId);
    properties.put("bootstrap.servers", "localhost:1");
    properties.put("default.key.serde", Serdes.StringSerde.class);
    properties.put("default.value.serde", Serdes.StringSerde.class);
    return new KafkaStreams(builder.build(), properties);
  }

  static ServingModel model(String version, String... labels) {
    int classes = labels.length;
    DenseHead head =
        classes == 0
            ? null
            : new DenseHead("abc", List.of(labels), new float[classes], new float[classes]);
    return new ServingModel(version, new NoBackbone("abc", 1), head);
  }
}
