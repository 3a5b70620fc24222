package dev.imprint.pipeline.learning;

import dev.imprint.event.Clients;
import dev.imprint.event.TopicScan;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * How far all instances of a part, taken together, have read its topics. Not thread-safe; does not
 * own the consumer.
 *
 * @param consumer {@link #consumer}
 * @param written ends of partitions, uncommitted records included
 * @param committed offsets of the part's group
 * @param members whether the part's group has any
 */
record GroupProgress(
    Consumer<byte[], byte[]> consumer,
    Function<List<TopicPartition>, Map<TopicPartition, Long>> written,
    Supplier<Map<TopicPartition, OffsetAndMetadata>> committed,
    BooleanSupplier members) {
  /** It only matters whether there is a record, so as little as possible is fetched. */
  private static final Map<String, Object> SETTINGS =
      Map.of(
          ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
          "earliest",
          ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
          1,
          ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
          1024,
          ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
          1024);

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** For {@link #of}; the caller closes it. */
  static Consumer<byte[], byte[]> consumer(Clients clients) {
    return clients.promptConsumer(PATIENCE, SETTINGS);
  }

  /**
   * @param applicationId of a part, which is also its group's name
   */
  static GroupProgress of(Consumer<byte[], byte[]> consumer, Admin admin, String applicationId) {
    return new GroupProgress(
        consumer,
        partitions -> {
          Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
          partitions.forEach(partition -> latest.put(partition, OffsetSpec.latest()));
          Map<TopicPartition, Long> ends = new HashMap<>();
          answer("the ends of " + latest.keySet(), admin.listOffsets(latest).all())
              .forEach((partition, end) -> ends.put(partition, end.offset()));
          return ends;
        },
        () ->
            answer(
                "the offsets of " + applicationId,
                admin.listConsumerGroupOffsets(applicationId).partitionsToOffsetAndMetadata()),
        () -> hasMembers(admin, applicationId));
  }

  private static boolean hasMembers(Admin admin, String group) {
    try {
      Map<String, ConsumerGroupDescription> groups =
          answer("the members of " + group, admin.describeConsumerGroups(List.of(group)).all());
      return groups.values().stream().anyMatch(each -> !each.members().isEmpty());
    } catch (KafkaException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return false;
      }
      throw e;
    }
  }

  private static <T> T answer(String what, KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (ExecutionException e) {
      throw new KafkaException(what + " cannot be read", e.getCause());
    }
  }

  /**
   * The current end of each partition of a topic, including uncommitted records: a transaction's
   * offsets may be committed before each of its partitions has the marker (KIP-98).
   */
  Map<TopicPartition, Long> ends(String topic) {
    return written.apply(Clients.partitions(consumer, topic));
  }

  /** Whether any instance reads. */
  boolean hasMembers() {
    return members.getAsBoolean();
  }

  /** Whether no transaction with records before these offsets is still open. */
  boolean committedUntil(Map<TopicPartition, Long> ends) {
    Map<TopicPartition, Long> stable = consumer.endOffsets(ends.keySet());
    return ends.entrySet().stream()
        .allMatch(end -> stable.getOrDefault(end.getKey(), 0L) >= end.getValue());
  }

  /**
   * Whether all records before these offsets have been read. Transaction markers take offsets too,
   * so offsets are not enough: where the group seems to be behind, it looks for a record.
   *
   * @param deadline by {@link System#nanoTime()}, after which the result is false
   */
  boolean reached(Map<TopicPartition, Long> ends, long deadline) {
    Map<TopicPartition, OffsetAndMetadata> group = committed.get();
    Map<TopicPartition, Long> begins = consumer.beginningOffsets(ends.keySet());
    Map<TopicPartition, Long> starts = new HashMap<>();
    ends.forEach(
        (partition, end) -> {
          OffsetAndMetadata done = group.get(partition);
          long start = done == null ? begins.getOrDefault(partition, 0L) : done.offset();
          if (start < end) {
            starts.put(partition, start);
          }
        });
    consumer.assign(starts.keySet());
    starts.forEach(consumer::seek);
    Map<TopicPartition, Long> left = new HashMap<>(ends);
    left.keySet().retainAll(starts.keySet());
    Duration patience = Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
    try {
      return !new TopicScan(consumer, left, patience).hasRecord();
    } catch (TimeoutException e) {
      return false; // not known yet
    }
  }
}
