package dev.imprint.app.dlq;

import dev.imprint.event.Clients;
import dev.imprint.event.DeadLetter;
import dev.imprint.event.TopicScan;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads the original records of dead letters that had to be truncated. For one thread; the caller
 * must close it.
 */
final class OriginalRecords implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Consumer<byte[], byte[]> consumer;

  OriginalRecords(Clients clients) {
    consumer =
        clients.consumer(
            Map.of(
                // Starting elsewhere would return a different record.
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "none",
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                1));
  }

  /**
   * @param record the dead letter itself, whose key must be the original's
   * @return empty if the topic no longer has the original
   */
  Optional<byte[]> value(DeadLetter letter, ConsumerRecord<byte[], byte[]> record) {
    TopicPartition partition = new TopicPartition(letter.topic(), letter.partition());
    if (!Clients.partitions(consumer, letter.topic()).contains(partition)) {
      return Optional.empty(); // the topic was created again, with fewer
    }
    consumer.assign(List.of(partition));
    return Optional.ofNullable(TopicScan.recordAt(consumer, partition, letter.offset(), PATIENCE))
        .filter(original -> Arrays.equals(original.key(), record.key()))
        .map(ConsumerRecord::value)
        .filter(value -> value.length == letter.size());
  }

  @Override
  public void close() {
    consumer.close();
  }
}
