package dev.imprint.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.metrics.MetricConfig;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.common.metrics.stats.Rate;
import org.apache.kafka.common.metrics.stats.Value;
import org.apache.kafka.common.utils.Time;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientsTest {
  private static final KafkaConfig CONFIG =
      new KafkaConfig("a:1", Map.of("security.protocol", "SSL", "client.id", "mine"));

  @Test
  void shouldGiveTheUsersPropertiesWithOwnOnesOverThem() {
    assertThat(new Clients(CONFIG).properties(Map.of("client.id", "ours", "acks", "all")))
        .isEqualTo(
            Map.of(
                "bootstrap.servers", "a:1",
                "metadata.max.age.ms", 15_000,
                "security.protocol", "SSL",
                "client.id", "ours",
                "acks", "all"));
  }

  /** A protocol that no client knows: only a client that receives the property refuses it. */
  @Test
  void shouldBringTheUsersPropertiesToEachClientWithoutShowingThem() {
    Clients clients = new Clients(CONFIG.with(Map.of("security.protocol", "PIGEON")));

    for (ThrowingCallable open :
        new ThrowingCallable[] {
          clients::admin, () -> clients.consumer(Map.of()), () -> clients.producer(1000)
        }) {
      assertThatThrownBy(open)
          .isInstanceOf(ClientSettingsException.class)
          .hasMessageMatching("cannot open a Kafka [a-z ]+ with the settings under kafka: .*")
          .hasMessageContaining("(value of security.protocol) for configuration security.protocol")
          .hasMessageNotContaining("PIGEON")
          .hasNoCause();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "request.timeout.ms",
        "max.poll.records",
        "batch.size",
        "allow.auto.create.topics"
      })
  void shouldFindAWrongSettingOfAnyClient(String property) {
    Clients clients = new Clients(new KafkaConfig("localhost:1", Map.of(property, "many")));

    assertThatThrownBy(clients::requireValid)
        .isInstanceOf(ClientSettingsException.class)
        .hasMessageContaining(property);
  }

  @Test
  void shouldFindNothingWrongWithSettingsThatEachClientTakes() {
    new Clients(new KafkaConfig("localhost:1", Map.of("max.poll.records", "7"))).requireValid();
  }

  /** DNS may fail for a while, as Kafka may; callers retry both alike. */
  @Test
  void shouldReportAnUnknownHostAsKafkasException() {
    Clients clients = new Clients(new KafkaConfig("kafka.invalid:9092", Map.of()));

    assertThatThrownBy(() -> clients.consumer(Map.of()))
        .isInstanceOf(KafkaException.class)
        .hasMessageContaining("No resolvable bootstrap urls");
  }

  @Test
  void shouldNotShowTheValuesOfProperties() {
    assertThat(CONFIG.with(Map.of("ssl.key.password", "hunter2")).toString())
        .contains("ssl.key.password")
        .doesNotContain("hunter2");
  }

  @Test
  void shouldTellABrokerThatHangsFromOneThatAnswersOrIsAway() {
    SetTime time = new SetTime();
    try (Metrics metrics = new Metrics(new MetricConfig(), List.of(), time)) {
      Sensor connections = metrics.sensor("connections");
      connections.add(metrics.metricName("connection-count", "consumer-metrics"), new Value());
      Sensor responses = metrics.sensor("responses");
      responses.add(metrics.metricName("response-rate", "consumer-metrics"), new Rate());
      assertThat(Clients.trouble(metrics.metrics())).isEqualTo("no connection to Kafka");
      connections.record(1);
      responses.record();

      time.seconds = 59;
      assertThat(Clients.trouble(metrics.metrics())).isNull();
      time.seconds = 60;
      assertThat(Clients.trouble(metrics.metrics()))
          .isEqualTo("connected to Kafka, which does not answer");
      responses.record();
      assertThat(Clients.trouble(metrics.metrics())).isNull();
    }
  }

  private static final class SetTime implements Time {
    private long seconds;

    @Override
    public long milliseconds() {
      return seconds * 1_000;
    }

    @Override
    public long nanoseconds() {
      return seconds * 1_000_000_000;
    }

    @Override
    public void sleep(long ms) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void waitObject(Object object, Supplier<Boolean> condition, long deadlineMs) {
      throw new UnsupportedOperationException();
    }
  }
}
