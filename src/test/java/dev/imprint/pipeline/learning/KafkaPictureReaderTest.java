package dev.imprint.pipeline.learning;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.event.Clients;
import dev.imprint.event.KafkaConfig;
import dev.imprint.model.Claim;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KafkaPictureReaderTest {
  @Test
  void shouldNotThrowAKafkaExceptionWhileItsHostIsUnknown() {
    Clients clients = new Clients(new KafkaConfig("kafka.invalid:9092", Map.of()));
    try (KafkaPictureReader reader = new KafkaPictureReader(clients, "images")) {
      assertThatThrownBy(() -> reader.read(new Claim("images", 0, 7, "0".repeat(64))))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("cannot read picture ");
    }
  }
}
