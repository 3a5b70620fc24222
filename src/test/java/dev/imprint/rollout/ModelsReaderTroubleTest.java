package dev.imprint.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.event.Clients;
import dev.imprint.event.KafkaConfig;
import dev.imprint.event.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** Health while Kafka answers nothing: a mock has no connection. */
class ModelsReaderTroubleTest {
  private final AtomicLong nanos = new AtomicLong(-7);
  private final Clients clients =
      new Clients(KafkaConfig.DEFAULTS) {
        @Override
        public Consumer<byte[], byte[]> consumer(Map<String, ?> own) {
          return new Silent();
        }
      };

  /** Waits as long as it may. */
  private final class Silent extends MockConsumer<byte[], byte[]> {
    Silent() {
      super("earliest");
      updateBeginningOffsets(Map.of(new TopicPartition(Topics.DEFAULTS.models(), 0), 0L));
    }

    @Override
    public synchronized ConsumerRecords<byte[], byte[]> poll(Duration longest) {
      nanos.addAndGet(longest.toNanos());
      return super.poll(longest);
    }
  }

  @Test
  void shouldLetKafkaAnswerAfterAVersionTookMinutesToLoad() {
    try (ModelsReader reader = new ModelsReader(clients, Topics.DEFAULTS, nanos::get)) {
      poll(reader, 4);
      assertThat(reader.trouble()).isEqualTo("no connection to Kafka");

      nanos.addAndGet(Duration.ofMinutes(2).toNanos()); // the version loads
      poll(reader, 1);

      assertThat(reader.trouble()).isNull();
      poll(reader, 3);
      assertThat(reader.trouble()).isEqualTo("no connection to Kafka");
    }
  }

  @Test
  void shouldNoticeTroubleWhileAVersionIsLoadedAgainAndAgain() {
    try (ModelsReader reader = new ModelsReader(clients, Topics.DEFAULTS, nanos::get)) {
      nanos.addAndGet(Duration.ofMinutes(2).toNanos());

      reader.poll(Duration.ofSeconds(5));

      assertThat(reader.trouble()).isEqualTo("no connection to Kafka");
    }
  }

  private static void poll(ModelsReader reader, int times) {
    for (int i = 0; i < times; i++) {
      reader.poll(Duration.ofMillis(500));
    }
  }
}
