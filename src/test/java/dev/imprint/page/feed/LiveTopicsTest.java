package dev.imprint.page.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.event.Clients;
import dev.imprint.event.KafkaConfig;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LiveTopicsTest {
  @Test
  void shouldSayThatKafkaDoesNotAnswerWhileItsHostIsUnknown() {
    Clients clients = new Clients(new KafkaConfig("kafka.invalid:9092", Map.of()));
    try (LiveTopics topics = new LiveTopics(clients, Map.of("images", 1), () -> {})) {
      topics.read(Duration.ofMillis(1), (record, isNew) -> {});

      assertThat(topics.problem()).startsWith("Kafka does not answer: ");
    }
  }
}
