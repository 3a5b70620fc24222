package dev.imprint.page.understand;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.broker.BrokerExtension;
import dev.imprint.page.understand.BoundedRead.Part;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@SuppressWarnings("NullAway.Init")
@Timeout(60)
class BoundedReadTest {
  @RegisterExtension private static final BrokerExtension broker = new BrokerExtension();

  private static final Instant START = Instant.parse("2026-11-30T08:00:00Z");
  private static final int RECORDS = 10; // a minute apart

  private String topic;
  private BoundedRead reading;

  @BeforeEach
  void fill() throws Exception {
    topic = broker.prefix() + "topic";
    broker.createTopics(new NewTopic(topic, 1, (short) 1));
    try (Producer<byte[], byte[]> producer = broker.clients().producer(1 << 20)) {
      for (int i = 0; i < RECORDS; i++) {
        long at = START.plusSeconds(60L * i).toEpochMilli();
        byte[] value = String.valueOf(i).getBytes(UTF_8);
        producer.send(new ProducerRecord<>(topic, null, at, null, value)).get();
      }
    }
    reading = new BoundedRead(broker.clients(), Duration.ofSeconds(20));
  }

  @Test
  void shouldReadAllWithoutAWordIfThereIsNotMore() {
    List<String> read = new ArrayList<>();

    assertThat(read(RECORDS, null, read)).isEmpty();

    assertThat(read).containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
  }

  @Test
  void shouldReadTheNewestRecordsAndSaySo() {
    List<String> read = new ArrayList<>();

    assertThat(read(3, null, read))
        .containsExactly(
            "Of the topic %s, only the newest 3 records of each partition were read."
                .formatted(topic));

    assertThat(read).containsExactly("7", "8", "9");
  }

  @Test
  void shouldReadFromATimeOnAndSayIfThatIsNotToTheEnd() {
    List<String> read = new ArrayList<>();
    Instant since = START.plusSeconds(5 * 60);

    assertThat(read(100, since, read)).isEmpty();
    assertThat(read).containsExactly("5", "6", "7", "8", "9");

    assertThat(read(2, since, new ArrayList<>()))
        .containsExactly(
            "Of the topic %s, only 2 records of each partition were read, from the picture on."
                .formatted(topic));
  }

  @Test
  void shouldReadTheNewestRecordsIfNoneIsAsNew() {
    List<String> read = new ArrayList<>();

    read(2, START.plus(Duration.ofDays(1)), read);

    assertThat(read).containsExactly("8", "9");
  }

  @Test
  void shouldEndWithWhatWasLookedFor() {
    List<String> read = new ArrayList<>();

    List<String> limits =
        reading.read(
            List.of(new Part(topic, null, 5, null)),
            record -> {
              read.add(new String(record.value(), UTF_8));
              return read.size() == 2;
            });

    assertThat(limits).isEmpty();
    assertThat(read).containsExactly("5", "6");
  }

  @Test
  void shouldGiveUpInTime() {
    BoundedRead hasty = new BoundedRead(broker.clients(), Duration.ZERO);

    assertThat(hasty.read(List.of(new Part(topic, null, 5, null)), record -> false))
        .containsExactly("Not all of the topic %s could be read within 0 s.".formatted(topic));
  }

  private List<String> read(int most, @Nullable Instant since, List<String> values) {
    return reading.read(
        List.of(new Part(topic, null, most, since)),
        record -> {
          values.add(new String(record.value(), UTF_8));
          return false;
        });
  }
}
