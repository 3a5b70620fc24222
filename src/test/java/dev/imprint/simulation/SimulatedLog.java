package dev.imprint.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

  private final TopicPartition partition;
  private final List<Entry> entries = new ArrayList<>();

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
    entries.add(new Entry(null, null));
  }

  /** After the last record, committed or not. */
  long end() {
    return entries.size();
  }

  /** After the last record before which everything is decided. */
  long stableEnd() {
    for (int i = 0; i < entries.size(); i++) {
      Transaction transaction = entries.get(i).transaction();
      if (transaction != null && !transaction.isDecided(partition)) {
        return i;
      }
    }
    return entries.size();
  }

  /** The record at an offset; null for a marker and for what was aborted. */
  @Nullable ConsumerRecord<byte[], byte[]> at(long offset) {
    Entry entry = entries.get((int) offset);
    Transaction transaction = entry.transaction();
    return transaction == null || transaction.state == Transaction.State.COMMITTED
        ? entry.record()
        : null;
  }
}
