package dev.imprint.pipeline.learning;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whether a group has read everything, judged by its offsets and the records after them. */
class GroupProgressTest {
  private static final TopicPartition PARTITION = new TopicPartition("feedback", 0);

  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
  private final Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
  private long written = 10;
  private final GroupProgress progress =
      new GroupProgress(consumer, all -> Map.of(all.get(0), written), () -> committed, () -> true);

  @BeforeEach
  void tenOffsets() {
    var info = new PartitionInfo("feedback", 0, Node.noNode(), new Node[0], new Node[0]);
    consumer.updatePartitions("feedback", List.of(info));
    consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
    consumer.updateEndOffsets(Map.of(PARTITION, 10L));
  }

  @Test
  void shouldHaveReadWhatIsCommitted() {
    committed.put(PARTITION, new OffsetAndMetadata(10));

    assertThat(progress.reached(progress.ends("feedback"), inAMinute())).isTrue();
  }

  /** The group's offsets may be committed before this partition shows the transaction's end. */
  @Test
  @Timeout(30)
  void shouldNotTakeAnOpenTransactionForTheEnd() {
    committed.put(PARTITION, new OffsetAndMetadata(10));
    written = 12;
    long deadline = System.nanoTime() + Duration.ofMillis(50).toNanos();

    assertThat(progress.reached(progress.ends("feedback"), deadline)).isFalse();
  }

  @Test
  void shouldBeBehindWhereARecordIsLeft() {
    committed.put(PARTITION, new OffsetAndMetadata(8));
    consumer.schedulePollTask(
        () -> consumer.addRecord(new ConsumerRecord<>("feedback", 0, 9, null, new byte[1])));

    assertThat(progress.reached(progress.ends("feedback"), inAMinute())).isFalse();
  }

  @Test
  void shouldNotMindOffsetsThatMarkersHaveTaken() {
    committed.put(PARTITION, new OffsetAndMetadata(8));
    consumer.schedulePollTask(() -> consumer.seek(PARTITION, 10));

    assertThat(progress.reached(progress.ends("feedback"), inAMinute())).isTrue();
  }

  @Test
  @Timeout(30)
  void shouldGiveUpAtItsDeadlineIfNeitherARecordNorTheEndComes() {
    committed.put(PARTITION, new OffsetAndMetadata(8));
    long deadline = System.nanoTime() + Duration.ofMillis(50).toNanos();

    assertThat(progress.reached(progress.ends("feedback"), deadline)).isFalse();
  }

  private static long inAMinute() {
    return System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
  }
}
