package dev.imprint.app;

import dev.imprint.app.service.CommandFailedException;
import dev.imprint.event.Clients;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads what a topic holds at the moment it is opened, and then ends. For one thread; the consumer
 * stays its owner's.
 */
final class TopicReader {
  private static final Duration POLL = Duration.ofMillis(500);
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final Consumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions;
  private final Map<TopicPartition, Long> ends;

  /** Assigns every partition to the consumer; it starts at the beginning of each. */
  TopicReader(Consumer<byte[], byte[]> consumer, String topic) {
    this.consumer = consumer;
    this.partitions = Clients.partitions(consumer, topic);
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    this.ends = consumer.endOffsets(partitions);
  }

  Collection<TopicPartition> partitions() {
    return partitions;
  }

  /** Starts a partition at an offset, unless what lies there is gone. */
  void startAt(TopicPartition partition, long offset) {
    consumer.seek(partition, Math.max(offset, consumer.position(partition)));
  }

  /**
   * The next records, at least one; empty at the end.
   *
   * @throws CommandFailedException if Kafka stops answering
   */
  ConsumerRecords<byte[], byte[]> next() {
    long start = System.nanoTime();
    // Markers of transactions take offsets too, so the positions tell the end, not the records.
    while (partitions.stream().anyMatch(p -> consumer.position(p) < end(p))) {
      ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
      if (!records.isEmpty()) {
        return records;
      }
      if (System.nanoTime() - start > PATIENCE_NANOS) {
        throw new CommandFailedException(
            "Kafka stopped answering: check the brokers, then try" + " again");
      }
    }
    return ConsumerRecords.empty();
  }

  private long end(TopicPartition partition) {
    return ends.getOrDefault(partition, 0L);
  }
}
