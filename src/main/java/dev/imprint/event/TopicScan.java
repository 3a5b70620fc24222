package dev.imprint.event;

import static java.util.stream.Collectors.joining;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Reads partitions from their consumer's position to an end that is fixed beforehand. Transaction
 * markers take up offsets too, so the consumer's position determines when the end is reached, not
 * the last record. For one thread; the caller assigns the partitions and closes the consumer.
 */
public final class TopicScan {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(200);

  private final Consumer<byte[], byte[]> consumer;
  private final Map<TopicPartition, Long> ends;
  private final Duration patience;

  /**
   * @param ends for each partition, the offset after the last record to read
   * @param patience how long to wait without any progress
   */
  public TopicScan(
      Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends, Duration patience) {
    this.consumer = consumer;
    this.ends = Map.copyOf(ends);
    this.patience = patience;
  }

  /** Reads everything currently on a topic; assigns all its partitions to the consumer. */
  public static TopicScan ofTopic(Consumer<byte[], byte[]> consumer, String topic) {
    List<TopicPartition> partitions = Clients.partitions(consumer, topic);
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    return new TopicScan(consumer, consumer.endOffsets(partitions, PATIENCE), PATIENCE);
  }

  /**
   * A single record; null if there is none at the offset, or no longer.
   *
   * @param consumer one that does not jump elsewhere if an offset is gone (reset policy {@code
   *     none})
   * @throws TimeoutException if Kafka does not respond in time
   */
  public static @Nullable ConsumerRecord<byte[], byte[]> recordAt(
      Consumer<byte[], byte[]> consumer, TopicPartition partition, long offset, Duration patience) {
    consumer.seek(partition, offset);
    try {
      ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
      if (records.isEmpty()) {
        Long end = consumer.endOffsets(List.of(partition), patience).get(partition);
        if (end == null || offset >= end) {
          return null; // there will be no record, and no error either
        }
        records = new TopicScan(consumer, Map.of(partition, offset + 1), patience).next();
      }
      for (ConsumerRecord<byte[], byte[]> record : records) {
        return record.offset() == offset ? record : null;
      }
      return null;
    } catch (OffsetOutOfRangeException e) {
      return null; // deleted by retention
    }
  }

  public Set<TopicPartition> partitions() {
    return ends.keySet();
  }

  /**
   * The next records, at least one; empty at the end. The last ones may be beyond it: a caller that
   * follows the topic from there on misses none.
   *
   * @throws TimeoutException if none comes in time
   */
  public ConsumerRecords<byte[], byte[]> next() {
    long progress = System.nanoTime();
    long position = position();
    while (!isAtEnd()) {
      ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
      if (!records.isEmpty()) {
        return records;
      }
      long now = position();
      if (now != position) { // past markers, or records of aborted transactions
        position = now;
        progress = System.nanoTime();
      }
      requireWithin(progress);
    }
    return ConsumerRecords.empty();
  }

  private void requireWithin(long start) {
    if (System.nanoTime() - start > patience.toNanos()) {
      throw new TimeoutException(
          "no answer from topic %s in %s s".formatted(topics(), patience.toMillis() / 1e3));
    }
  }

  private long position() {
    return ends.keySet().stream().mapToLong(each -> consumer.position(each, patience)).sum();
  }

  /**
   * Passes on the remaining records, one by one.
   *
   * @throws TimeoutException if the next one does not arrive in time
   */
  public void forEach(java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> action) {
    for (var records = next(); !records.isEmpty(); records = next()) {
      records.forEach(action);
    }
  }

  /**
   * Whether there is a record before the end; consumes it.
   *
   * @throws TimeoutException if that is not known within the patience, even if records beyond the
   *     end keep coming
   */
  public boolean hasRecord() {
    long start = System.nanoTime();
    for (var records = next(); !records.isEmpty(); records = next()) {
      for (ConsumerRecord<byte[], byte[]> record : records) {
        var partition = new TopicPartition(record.topic(), record.partition());
        if (record.offset() < ends.getOrDefault(partition, 0L)) {
          return true;
        }
      }
      requireWithin(start);
    }
    return false;
  }

  private boolean isAtEnd() {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey(), patience) >= end.getValue());
  }

  private String topics() {
    return partitions().stream().map(TopicPartition::topic).distinct().collect(joining(", "));
  }
}
