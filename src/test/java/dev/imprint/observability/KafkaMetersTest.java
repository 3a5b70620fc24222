package dev.imprint.observability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.pipeline.part.PipelinePart;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.streams.KafkaStreams;
import org.junit.jupiter.api.Test;

/** Meters of Kafka Streams, through restarts. */
class KafkaMetersTest extends MetersSteps {
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
}
