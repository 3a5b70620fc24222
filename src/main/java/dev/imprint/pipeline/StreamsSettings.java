package dev.imprint.pipeline;

import dev.imprint.event.Clients;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * Derives Kafka Streams' settings from ours.
 *
 * @param applicationId consumer group and transactional ids are named by it
 * @param state directory for local state
 * @param batch how long a full one takes
 * @param maxRecordBytes largest record that is written
 */
public record StreamsSettings(
    String applicationId, Path state, ServingConfig serving, BatchTime batch, int maxRecordBytes) {

  /** Kafka Streams' own; short, since a killed instance's open transaction blocks that long. */
  private static final Duration MIN_TRANSACTION_TIMEOUT = Duration.ofSeconds(10);

  /** Longer only where batches cannot do with it, however slow the machine was at the start. */
  static final Duration ORDINARY_TRANSACTION_TIMEOUT = Duration.ofSeconds(30);

  /** Brokers refuse more unless their transaction.max.timeout.ms is raised. */
  static final Duration MAX_TRANSACTION_TIMEOUT = Duration.ofMinutes(15);

  private static final int BATCHES_A_POLL = 2;

  /**
   * Most that a thread processes in one transaction, unless they are fast. Kafka Streams processes
   * all of a poll before the next one, whatever the number of tasks, and after each pass over them
   * it commits if that is due. Together with what its tasks had gathered before, which is less than
   * a batch ({@link ThreadBatch}), a poll makes up these batches, the last one for the commit.
   */
  private static final int BATCHES_BETWEEN_COMMITS = BATCHES_A_POLL + 1;

  /** Against a blank batch on its own: larger pictures, a slow moment. */
  private static final int ROOM = 3;

  private static final long MIN_BUFFER_BYTES = 32L * 1024 * 1024; // Kafka's default
  private static final int FETCH_BYTES = 4 * 1024 * 1024;
  private static final int WAITING_RECORDS = 8;

  /**
   * Long enough for all tasks of a thread, which share a transaction: with one that is too short a
   * slow backbone is fenced, reads its batch again, and so on for ever. Not longer than it needs to
   * be, since readers of a killed instance's predictions may wait that long.
   */
  public Duration transactionTimeout() {
    Duration roomy =
        longer(alone(batch.alone()), between(batch.inService()).multipliedBy(3).dividedBy(2));
    if (roomy.compareTo(ORDINARY_TRANSACTION_TIMEOUT) <= 0) {
      return longer(MIN_TRANSACTION_TIMEOUT, roomy);
    }
    Duration needed = longer(ORDINARY_TRANSACTION_TIMEOUT, needed());
    return needed.compareTo(MAX_TRANSACTION_TIMEOUT) > 0 ? MAX_TRANSACTION_TIMEOUT : needed;
  }

  private Duration needed() {
    return longer(alone(batch.unhindered()), between(batch.inService()));
  }

  /** By a batch without any beside it. The threads share the device, so theirs take turns there. */
  private Duration alone(Duration time) {
    return between(time).multipliedBy((long) ROOM * serving.threads());
  }

  private Duration between(Duration time) {
    return time.multipliedBy(BATCHES_BETWEEN_COMMITS).plusMillis(serving.commitIntervalMs());
  }

  private static Duration longer(Duration a, Duration b) {
    return a.compareTo(b) >= 0 ? a : b;
  }

  /** Whether no transaction that brokers allow is long enough for such batches. */
  public boolean isBeyondBrokers() {
    return isExactlyOnce() && needed().compareTo(MAX_TRANSACTION_TIMEOUT) > 0;
  }

  /**
   * Whether what is processed between two commits would outlast the transaction.
   *
   * @param time of a batch while the other threads work, too
   */
  public boolean isTooShortFor(Duration time) {
    return isExactlyOnce() && between(time).compareTo(transactionTimeout()) > 0;
  }

  boolean isExactlyOnce() {
    return serving.delivery() == ServingConfig.Delivery.EXACTLY_ONCE;
  }

  /**
   * All settings, for {@link StreamsConfig}. What the user passes through wins where it may: ours
   * that he may change have no prefix, since Kafka Streams prefers one with a prefix to one
   * without.
   */
  Map<String, Object> properties(Clients clients) {
    Map<String, Object> s = new HashMap<>();
    s.put(StreamsConfig.POLL_MS_CONFIG, 5L); // the true granularity of the linger
    s.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_GLOBAL_ENABLED_CONFIG, true); // Kafka 5's way
    s.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
    s.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    // Of a killed instance others learn after this; heartbeats do not wait for batches.
    s.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000);
    s.put(
        ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG,
        (int) Math.min(Integer.MAX_VALUE, Math.max(300_000, 2 * transactionTimeout().toMillis())));
    // A partition is fetched in pieces of bytes, large enough for several batches of photographs,
    // and paused while a few records of it wait: counted in records alone, a queue of large images
    // would fill the heap.
    s.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_BYTES);
    s.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, BATCHES_A_POLL * serving.maxBatch());
    s.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, WAITING_RECORDS);
    s.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, RocksDbMemory.class);
    s.putAll(clients.properties(Map.of()));
    s.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId);
    // Records are cut to the topics' limits; a producer that is stricter would fail for ever.
    s.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), maxRecordBytes);
    s.put(
        StreamsConfig.producerPrefix(ProducerConfig.BUFFER_MEMORY_CONFIG),
        Math.max(MIN_BUFFER_BYTES, 2L * maxRecordBytes));
    s.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, serving.threads());
    s.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, serving.commitIntervalMs());
    switch (serving.delivery()) {
      case EXACTLY_ONCE -> {
        s.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        s.put(
            StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG),
            (int) Math.min(Integer.MAX_VALUE, transactionTimeout().toMillis()));
      }
      case AT_LEAST_ONCE -> {
        s.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.AT_LEAST_ONCE);
        // What a producer of images has aborted never was; exactly once implies this.
        s.put(
            StreamsConfig.mainConsumerPrefix(ConsumerConfig.ISOLATION_LEVEL_CONFIG),
            "read_committed");
      }
    }
    return s;
  }
}
