package dev.imprint.page.classes;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.event.Clients;
import dev.imprint.event.KafkaConfig;
import dev.imprint.event.Topics;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.web.api.ProblemException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LabelReadingTest {
  @Test
  void shouldSayThatKafkaDoesNotAnswerWhileItsHostIsUnknown() {
    Clients clients = new Clients(new KafkaConfig("kafka.invalid:9092", Map.of()));
    LabelReading reading = new LabelReading(clients, Topics.DEFAULTS);

    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> reading.now(LabelChanges.NONE))
          .isInstanceOf(ProblemException.class)
          .hasMessageStartingWith("Kafka does not answer: ");
    }
  }
}
