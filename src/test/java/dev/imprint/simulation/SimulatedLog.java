package dev.imprint.simulation;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/** One partition; markers of transactions take up offsets. */
final class SimulatedLog {
  private record Entry(
      @Nullable ConsumerRecord<byte[], byte[]> record, @Nullable Transaction transaction) {}

  private static final Entry GONE = new Entry(null, null);

  private final TopicPartition partition;
  private final List<Entry> entries = new ArrayList<>();
  private int decided;

  SimulatedLog(TopicPartition partition) {
    this.partition = partition;
  }

  /**
   * @param transaction null outside of any
   */
  ConsumerRecord<byte[], byte[]> append(
      ProducerRecord<byte[], byte[]> sent, @Nullable Transaction transaction) {
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>(
            partition.topic(),
            partition.partition(),
            entries.size(),
            0,
            TimestampType.CREATE_TIME,
            -1,
            -1,
            sent.key(),
            sent.value(),
            new RecordHeaders(sent.headers()),
            Optional.empty());
    entries.add(new Entry(record, transaction));
    return record;
  }

  void mark(Transaction transaction) {
    transaction.mark(partition);
    entries.add(GONE);
  }

  /** After the last record, committed or not. */
  long end() {
    return entries.size();
  }

  /** After the last record before which everything is decided. */
  long stableEnd() {
    while (decided < entries.size()) {
      Transaction transaction = entries.get(decided).transaction();
      if (transaction != null && !transaction.isDecided(partition)) {
        break;
      }
      decided++;
    }
    return decided;
  }

  /** The record at an offset; null for a marker, for what was aborted, and for what is gone. */
  @Nullable ConsumerRecord<byte[], byte[]> at(long offset) {
    Entry entry = entries.get((int) offset);
    Transaction transaction = entry.transaction();
    return transaction == null || transaction.state == Transaction.State.COMMITTED
        ? entry.record()
        : null;
  }

  /**
   * Keeps only each key's last record before the end. Tombstones stay, as brokers keep them a day.
   */
  void compact(long end) {
    Set<ByteBuffer> newer = new HashSet<>();
    for (int offset = (int) end - 1; offset >= 0; offset--) {
      ConsumerRecord<byte[], byte[]> record = at(offset);
      if (record != null && !newer.add(ByteBuffer.wrap(record.key()))) {
        entries.set(offset, GONE);
      }
    }
  }
}
