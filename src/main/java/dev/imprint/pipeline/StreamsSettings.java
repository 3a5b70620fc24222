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
 * @param batchTime how long a full batch takes, measured
 * @param partitions of the images topic
 * @param maxRecordBytes largest record that is written
 */
public record StreamsSettings(
    String applicationId,
    Path state,
    ServingConfig serving,
    Duration batchTime,
    int partitions,
    int maxRecordBytes) {

  /** Kafka Streams' own; short, since a killed instance's open transaction blocks that long. */
  private static final Duration MIN_TRANSACTION_TIMEOUT = Duration.ofSeconds(10);

  /**
   * Between two commits a task may fill a batch, start another and empty it for the commit, with
   * some room for a slow moment.
   */
  private static final int BATCHES_BETWEEN_COMMITS = 3;

  /** Brokers refuse more unless their transaction.max.timeout.ms is raised. */
  private static final Duration MAX_TRANSACTION_TIMEOUT = Duration.ofMinutes(15);

  private static final long MIN_BUFFER_BYTES = 32L * 1024 * 1024; // Kafka's default
  private static final int FETCH_BYTES = 4 * 1024 * 1024;
  private static final int BATCHES_A_POLL = 4;
  private static final int WAITING_RECORDS = 8;

  /**
   * What a round may take if every partition is this instance's. The threads share the device, so
   * their batches take turns there.
   */
  private Duration longestRound() {
    return batchTime.multipliedBy((long) BATCHES_BETWEEN_COMMITS * partitions);
  }

  /**
   * Long enough for all tasks of a thread, which share a transaction: with Kafka Streams' default
   * of 10 seconds a slow backbone is fenced, reads its batch again, and so on for ever.
   */
  public Duration transactionTimeout() {
    Duration needed = longestRound().plusMillis(serving.commitIntervalMs());
    if (needed.compareTo(MIN_TRANSACTION_TIMEOUT) < 0) {
      return MIN_TRANSACTION_TIMEOUT;
    }
    return needed.compareTo(MAX_TRANSACTION_TIMEOUT) > 0 ? MAX_TRANSACTION_TIMEOUT : needed;
  }

  /**
   * Whether a round of such batches, one for each task of a thread, would outlast the transaction.
   *
   * @param batch time of one while the other threads work, too
   */
  public boolean isTooShortFor(Duration batch) {
    int tasksPerThread = (partitions + serving.threads() - 1) / serving.threads();
    return serving.delivery() == ServingConfig.Delivery.EXACTLY_ONCE
        && batch.multipliedBy(tasksPerThread).compareTo(transactionTimeout()) > 0;
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
