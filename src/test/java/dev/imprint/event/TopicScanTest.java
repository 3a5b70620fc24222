package dev.imprint.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TopicScanTest {
  private static final TopicPartition FIRST = new TopicPartition("labels", 0);
  private static final TopicPartition SECOND = new TopicPartition("labels", 1);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration MOMENT = Duration.ofMillis(50);

  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
  private final List<String> read = new ArrayList<>();

  @BeforeEach
  void twoPartitions() {
    consumer.updatePartitions("labels", List.of(info(FIRST), info(SECOND)));
    consumer.updateBeginningOffsets(Map.of(FIRST, 0L, SECOND, 3L));
    consumer.updateEndOffsets(Map.of(FIRST, 4L, SECOND, 6L));
  }

  @Test
  void shouldReadEveryPartitionToItsEndThoughMarkersTakeOffsets() {
    TopicScan scan = TopicScan.ofTopic(consumer, "labels");
    consumer.schedulePollTask(() -> add(FIRST, 0, 1));
    consumer.schedulePollTask(() -> add(SECOND, 3, 4));
    consumer.schedulePollTask(() -> consumer.seek(SECOND, 6)); // past a marker
    consumer.schedulePollTask(() -> add(FIRST, 2));
    consumer.schedulePollTask(() -> consumer.seek(FIRST, 4));

    scan.forEach(this::take);

    assertThat(read).containsExactly("0@0", "0@1", "1@3", "1@4", "0@2");
    assertThat(scan.next()).isEmpty();
  }

  @Test
  void shouldEndAtOnceWhereThereIsNothing() {
    consumer.updateEndOffsets(Map.of(FIRST, 0L, SECOND, 3L));

    assertThat(TopicScan.ofTopic(consumer, "labels").next()).isEmpty();
  }

  /** A reader continuing after the scan would miss it otherwise. */
  @Test
  void shouldHandOverWhatCameWithTheLastRecord() {
    consumer.assign(List.of(FIRST));
    consumer.seek(FIRST, 0);
    consumer.schedulePollTask(() -> add(FIRST, 0, 1, 2));

    new TopicScan(consumer, Map.of(FIRST, 2L), PATIENCE).forEach(this::take);

    assertThat(read).containsExactly("0@0", "0@1", "0@2");
  }

  @Test
  void shouldSayWhichTopicDoesNotAnswer() {
    consumer.assign(List.of(FIRST));
    consumer.seek(FIRST, 0);

    assertThatThrownBy(() -> new TopicScan(consumer, Map.of(FIRST, 2L), MOMENT).next())
        .isInstanceOf(TimeoutException.class)
        .hasMessage("no answer from topic labels in 0.05 s");
  }

  @Test
  void shouldCountOnlyRecordsBeforeTheEnd() {
    consumer.assign(List.of(FIRST));
    consumer.seek(FIRST, 0);
    consumer.schedulePollTask(() -> add(FIRST, 2));

    assertThat(new TopicScan(consumer, Map.of(FIRST, 2L), PATIENCE).hasRecord()).isFalse();
    consumer.seek(FIRST, 0);
    consumer.schedulePollTask(() -> add(FIRST, 1));
    assertThat(new TopicScan(consumer, Map.of(FIRST, 2L), PATIENCE).hasRecord()).isTrue();
  }

  @Test
  void shouldNotWaitLongerWhereRecordsBeyondTheEndKeepComing() {
    consumer.assign(List.of(FIRST, SECOND));
    consumer.seekToBeginning(List.of(FIRST, SECOND));
    TopicScan scan = new TopicScan(consumer, Map.of(FIRST, 0L, SECOND, 6L), MOMENT);
    AtomicLong next = new AtomicLong();
    Runnable grow =
        new Runnable() {
          @Override
          public void run() { // SECOND never answers
            add(FIRST, next.getAndIncrement());
            consumer.schedulePollTask(this);
          }
        };
    consumer.schedulePollTask(grow);

    assertThatThrownBy(scan::hasRecord).isInstanceOf(TimeoutException.class);
  }

  @Test
  void shouldBePatientAsLongAsMarkersArePassed() {
    consumer.assign(List.of(FIRST));
    consumer.seek(FIRST, 0);
    for (int offset = 1; offset <= 4; offset++) {
      int past = offset;
      consumer.schedulePollTask(
          () -> {
            LockSupport.parkNanos(MOMENT.toNanos() * 2 / 3);
            consumer.seek(FIRST, past);
          });
    }

    assertThat(new TopicScan(consumer, Map.of(FIRST, 4L), MOMENT).next()).isEmpty();
  }

  @Test
  void shouldFindARecordByItsOffset() {
    consumer.assign(List.of(FIRST));
    consumer.schedulePollTask(() -> add(FIRST, 1));

    assertThat(TopicScan.recordAt(consumer, FIRST, 1, PATIENCE))
        .isNotNull()
        .returns(1L, ConsumerRecord::offset);
  }

  @Test
  void shouldFindNoneInAGapBeyondTheEndOrTakenByRetention() {
    consumer.assign(List.of(FIRST, SECOND));
    consumer.seekToBeginning(List.of(FIRST, SECOND));
    consumer.schedulePollTask(() -> add(FIRST, 3));

    assertThat(TopicScan.recordAt(consumer, FIRST, 1, PATIENCE)).as("in a gap").isNull();
    assertThat(TopicScan.recordAt(consumer, FIRST, 4, PATIENCE)).as("beyond the end").isNull();
    consumer.setPollException(new OffsetOutOfRangeException(Map.of(SECOND, 2L)));
    assertThat(TopicScan.recordAt(consumer, SECOND, 2, PATIENCE)).as("gone").isNull();
  }

  private void add(TopicPartition partition, long... offsets) {
    for (long offset : offsets) {
      consumer.addRecord(
          new ConsumerRecord<>(partition.topic(), partition.partition(), offset, null, null));
    }
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    read.add(record.partition() + "@" + record.offset());
  }

  private static PartitionInfo info(TopicPartition partition) {
    return new PartitionInfo(
        partition.topic(), partition.partition(), Node.noNode(), new Node[0], new Node[0]);
  }
}
