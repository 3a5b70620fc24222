package dev.imprint.observability;

import dev.imprint.model.Claim;
import dev.imprint.model.Prediction;
import dev.imprint.model.Role;
import dev.imprint.model.backbone.NoBackbone;
import dev.imprint.model.head.DenseHead;
import dev.imprint.model.serving.ServingModel;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** Meters, and what they count. */
class MetersSteps {
  final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  final Meters meters = new Meters(registry, "images", MetricsConfig.DEFAULTS);

  @AfterEach
  void close() {
    meters.close();
  }

  static Prediction prediction(@Nullable String label, float confidence) {
    return prediction(label, confidence, "v1", false);
  }

  static Prediction prediction(
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
