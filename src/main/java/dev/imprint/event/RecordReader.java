package dev.imprint.event;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Reads single records of a topic back, with a consumer of its own. All partitions stay assigned,
 * and all but the one being read are paused: this takes 0.6 ms per picture, and reassigning each
 * time is slower.
 *
 * <p>Thread-safe; serves one thread at a time. The creator must close it, after those threads have
 * ended; a later read connects again.
 */
public final class RecordReader implements AutoCloseable {
  /** Well below any transaction's timeout, since a transaction may be open meanwhile. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

  /**
   * About a picture's size: the default, 1 MiB, doubles the time. A larger record is returned
   * whole.
   */
  private static final int FETCH_BYTES = 128 * 1024;

  /** After a partition did not appear, lookups do not wait for this long. */
  private static final Duration NO_WAIT = Duration.ofMinutes(1);

  private final Clients clients;
  private final String topic;
  private final Set<TopicPartition> assigned = new HashSet<>(); // guarded by this
  private long waitFrom = System.nanoTime(); // guarded by this
  private @Nullable Consumer<byte[], byte[]> consumer; // guarded by this
  private @Nullable Admin admin; // guarded by this

  /** Offsets of a partition: the first one that is kept, and the one after the last. */
  public record OffsetRange(long from, long to) {}

  /** Connects only when the first record is requested. */
  public RecordReader(Clients clients, String topic) {
    this.clients = clients;
    this.topic = topic;
  }

  /**
   * A record, whether or not it was committed; null if there is none at the offset, or no longer,
   * or no such partition.
   *
   * @throws TimeoutException if Kafka does not respond in time
   * @throws ClientSettingsException if no broker's host name can be resolved
   * @throws IllegalStateException if the partitions cannot be listed
   */
  public synchronized @Nullable ConsumerRecord<byte[], byte[]> read(int number, long offset) {
    TopicPartition partition = new TopicPartition(topic, number);
    Consumer<byte[], byte[]> open = open();
    if (!assigned.contains(partition) && !assign(open, partition)) {
      return null;
    }
    open.resume(List.of(partition));
    try {
      return TopicScan.recordAt(open, partition, offset, PATIENCE);
    } finally {
      open.pause(List.of(partition));
    }
  }

  /**
   * The offsets that exist now, by partition.
   *
   * @throws TimeoutException if Kafka does not respond in time
   */
  public synchronized Map<Integer, OffsetRange> offsets() {
    List<TopicPartition> all = partitions();
    Map<TopicPartition, Long> first = open().beginningOffsets(all, PATIENCE);
    Map<TopicPartition, Long> end = open().endOffsets(all, PATIENCE);
    Map<Integer, OffsetRange> ranges = new HashMap<>();
    first.forEach(
        (partition, from) ->
            ranges.put(
                partition.partition(), new OffsetRange(from, end.getOrDefault(partition, from))));
    return ranges;
  }

  private Consumer<byte[], byte[]> open() {
    if (consumer == null) {
      consumer =
          clients.consumer(
              Map.of(
                  ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                  "none",
                  // No open transaction blocks reading; a picture's digest shows what is valid.
                  ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                  "read_uncommitted",
                  ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                  1,
                  ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                  FETCH_BYTES,
                  ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                  (int) PATIENCE.toMillis(),
                  ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                  (int) PATIENCE.toMillis()));
    }
    return consumer;
  }

  /**
   * Looks for new partitions; false if there is no such partition. A broker may learn of one later
   * than another, so it waits a little, but not often, as senders' claims may name anything.
   */
  private boolean assign(Consumer<byte[], byte[]> open, TopicPartition wanted) {
    long start = System.nanoTime();
    boolean waits = start - waitFrom >= 0;
    List<TopicPartition> all = partitions();
    while (waits && !all.contains(wanted) && System.nanoTime() - start < PATIENCE.toNanos()) {
      LockSupport.parkNanos(LOOK_AGAIN.toNanos());
      all = partitions();
    }
    if (!all.contains(wanted)) {
      if (waits) {
        waitFrom = System.nanoTime() + NO_WAIT.toNanos();
      }
      return false;
    }
    open.assign(all);
    open.pause(all);
    all.forEach(partition -> open.seek(partition, 0)); // with no position, it would look one up
    assigned.clear();
    assigned.addAll(all);
    return true;
  }

  /** Asks a broker each time: a consumer's own metadata may be minutes old. */
  private List<TopicPartition> partitions() {
    if (admin == null) {
      admin = clients.admin();
    }
    try {
      var described =
          admin
              .describeTopics(List.of(topic))
              .allTopicNames()
              .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      return described.values().stream()
          .flatMap(description -> description.partitions().stream())
          .map(info -> new TopicPartition(topic, info.partition()))
          .toList();
    } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new IllegalStateException("cannot list the partitions of " + topic, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while listing partitions", e);
    }
  }

  @Override
  public synchronized void close() {
    assigned.clear();
    if (consumer != null) {
      consumer.close();
      consumer = null;
    }
    if (admin != null) {
      admin.close();
      admin = null;
    }
  }
}
