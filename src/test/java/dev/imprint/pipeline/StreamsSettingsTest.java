package dev.imprint.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.event.Clients;
import dev.imprint.event.KafkaConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StreamsSettingsTest {
  @Test
  void shouldLetAPlainPropertyOfTheUsersReachTheClients() {
    StreamsConfig config =
        config(Map.of("session.timeout.ms", "7000", "linger.ms", "3", "max.poll.records", "9"));

    assertThat(config.getMainConsumerConfigs("g", "c", 0))
        .containsEntry("session.timeout.ms", "7000")
        .containsEntry("max.poll.records", "9");
    assertThat(config.getProducerConfigs("c")).containsEntry("linger.ms", "3");
  }

  @Test
  void shouldLetAPrefixedPropertyOfTheUsersReachItsClient() {
    StreamsConfig config = config(Map.of("main.consumer.session.timeout.ms", "7000"));

    assertThat(config.getMainConsumerConfigs("g", "c", 0))
        .containsEntry("session.timeout.ms", "7000");
  }

  @Test
  void shouldSetItsOwnDefaultsOtherwise() {
    StreamsConfig config = config(Map.of());

    assertThat(config.getMainConsumerConfigs("g", "c", 0))
        .containsEntry("session.timeout.ms", 10_000)
        .containsEntry("max.poll.records", 96);
    assertThat(config.getProducerConfigs("c"))
        .containsEntry("linger.ms", 0)
        .containsEntry("transaction.timeout.ms", 12_100);
  }

  @ParameterizedTest
  @EnumSource
  void shouldReadCommittedImagesAlone(ServingConfig.Delivery delivery) {
    ServingConfig d = ServingConfig.DEFAULTS;
    var serving =
        new ServingConfig(
            null,
            d.withoutHead(),
            delivery,
            d.maxBatch(),
            d.lingerMs(),
            d.commitIntervalMs(),
            d.threads(),
            d.threshold(),
            d.top());

    Map<String, Object> consumer = config(Map.of(), serving).getMainConsumerConfigs("g", "c", 0);

    assertThat(consumer.get("isolation.level")).hasToString("read_committed");
  }

  private static StreamsConfig config(Map<String, String> users) {
    return config(users, ServingConfig.DEFAULTS);
  }

  private static StreamsConfig config(Map<String, String> users, ServingConfig serving) {
    var settings =
        new StreamsSettings("app", Path.of("state"), serving, Duration.ofSeconds(1), 4, 2_000_000);
    return new StreamsConfig(
        settings.properties(new Clients(new KafkaConfig("localhost:1", users))));
  }
}
