package dev.imprint.observability;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class BindersTest {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  @Test
  void shouldShowTheJvmAndTheProcess() throws Exception {
    try (Binders binders = new Binders(registry)) {
      assertThat(binders).isNotNull();
      assertThat(registry.scrape())
          .contains("jvm_memory_used_bytes{area=\"heap\"")
          .contains("jvm_threads_live_threads ")
          .contains("jvm_classes_loaded_classes ")
          .contains("jvm_gc_")
          .contains("jvm_info{")
          .contains("process_cpu_usage ")
          .contains("process_uptime_seconds ")
          .contains("process_files_open_files ");
    }
  }

  @Test
  void shouldCountLogLinesUntilItIsClosed() throws Exception {
    Binders binders = new Binders(registry);
    double before = warnings();
    LoggerFactory.getLogger(BindersTest.class).warn("one that counts");
    assertThat(warnings()).isEqualTo(before + 1);

    binders.close();
    LoggerFactory.getLogger(BindersTest.class).warn("one that does not");

    assertThat(warnings()).isEqualTo(before + 1);
  }

  @Test
  void shouldShowKafkaStreams() throws Exception {
    StreamsBuilder builder = new StreamsBuilder();
    builder.<String, String>stream("in").to("out");
    Properties properties = new Properties();
    properties.put("application.id", "binders-test");
    properties.put("bootstrap.servers", "localhost:1"); // never started, so nobody is asked
    properties.put("default.key.serde", Serdes.StringSerde.class);
    properties.put("default.value.serde", Serdes.StringSerde.class);
    try (KafkaStreams streams = new KafkaStreams(builder.build(), properties);
        Binders binders = new Binders(registry)) {
      binders.kafka(streams);

      assertThat(registry.scrape()).contains("kafka_stream_").contains("kafka_consumer_");
    }
  }

  private double warnings() {
    return registry.get("logback.events").tag("level", "warn").functionCounter().count();
  }
}
