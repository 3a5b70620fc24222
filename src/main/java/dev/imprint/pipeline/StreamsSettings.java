package dev.imprint.pipeline;

import dev.imprint.event.Clients;
import dev.imprint.pipeline.part.PipelinePart;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * Derives Kafka Streams' settings for one part from ours.
 *
 * @param maxRecordBytes largest record that is written
 * @param fetchBytes of a partition at once, or one record if that is larger
 */
record StreamsSettings(
    PipelinePart part,
    PipelineConfig config,
    Duration transactionTimeout,
    int maxRecordBytes,
    int fetchBytes) {

  /** Few: each may mean a picture to read back and shrink, and all are in one transaction. */
  private static final int LEARNING_RECORDS_A_POLL = 16;

  /**
   * Longer than serving's: labels are less urgent than predictions, and each commit costs the
   * brokers a write to each changelog and internal topic.
   */
  private static final long LEARNING_COMMIT_INTERVAL_MS = 500;

  /**
   * Serving waits this long while no batch is open ({@link ThreadBatch#patience}). A stop may wait
   * for it, and so may learning's commits.
   */
  private static final long POLL_MS = 500;

  /**
   * How long a thread waits for the offset of each new task, before it goes on with its others and
   * asks again: Kafka withholds it while the transaction of a killed instance is open.
   */
  private static final int OFFSET_WAIT_MS = 300;

  private static final long MIN_BUFFER_BYTES = 32L * 1024 * 1024; // Kafka's default
  private static final int WAITING_RECORDS = 8;

  /**
   * All settings, for {@link StreamsConfig}. The user's pass-through settings take precedence where
   * allowed: those of ours that the user may change have no prefix, since Kafka Streams prefers a
   * prefixed setting.
   */
  Map<String, Object> properties(Clients clients) {
    Map<String, Object> s = new HashMap<>();
    s.put(StreamsConfig.POLL_MS_CONFIG, POLL_MS);
    s.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_GLOBAL_ENABLED_CONFIG, true); // Kafka 5's way
    s.put(StreamsConfig.STATE_DIR_CONFIG, config.state().toString());
    s.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    // How soon others notice a killed instance; heartbeats do not wait for batches.
    s.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000);
    s.put(
        ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG,
        (int) Math.min(Integer.MAX_VALUE, Math.max(300_000, 2 * transactionTimeout.toMillis())));
    // A partition is paused while a few of its records wait, and so many bytes of it are fetched at
    // a time: if only records were counted, a queue of large images would fill the heap.
    s.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, fetchBytes);
    s.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, recordsAPoll());
    s.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, WAITING_RECORDS);
    s.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, RocksDbMemory.class);
    s.putAll(clients.properties(Map.of()));
    s.put(StreamsConfig.APPLICATION_ID_CONFIG, part.applicationId(config.applicationId()));
    // With its prefix, since a transaction's first write is often repeated, after this time.
    s.putIfAbsent(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.RETRY_BACKOFF_MS_CONFIG),
        clients.memberBackoffMs());
    // Records written for a part before its first run are for it to read.
    s.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    // Records are truncated to the topics' limits; a stricter producer would fail forever.
    s.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), maxRecordBytes);
    s.put(
        StreamsConfig.producerPrefix(ProducerConfig.BUFFER_MEMORY_CONFIG),
        Math.max(MIN_BUFFER_BYTES, 2L * maxRecordBytes));
    s.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, threads());
    s.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, commitIntervalMs());
    switch (config.serving().delivery()) {
      case EXACTLY_ONCE -> {
        s.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        s.put(
            StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG),
            (int) Math.min(Integer.MAX_VALUE, transactionTimeout.toMillis()));
        // With its prefix, since Kafka's admin client refuses so little.
        s.putIfAbsent(
            StreamsConfig.mainConsumerPrefix(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG),
            s.getOrDefault(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, OFFSET_WAIT_MS));
      }
      case AT_LEAST_ONCE -> {
        s.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.AT_LEAST_ONCE);
        // Skips images whose transaction was aborted; exactly-once implies this.
        s.put(
            StreamsConfig.mainConsumerPrefix(ConsumerConfig.ISOLATION_LEVEL_CONFIG),
            "read_committed");
      }
    }
    return s;
  }

  private int threads() {
    return switch (part) {
      case SERVING -> config.serving().threads();
      case LEARNING -> config.learning().threads();
    };
  }

  private long commitIntervalMs() {
    return switch (part) {
      case SERVING -> config.serving().commitIntervalMs();
      case LEARNING -> LEARNING_COMMIT_INTERVAL_MS;
    };
  }

  private int recordsAPoll() {
    return switch (part) {
      case SERVING -> BatchTransactions.BATCHES_A_POLL * config.serving().maxBatch();
      case LEARNING -> LEARNING_RECORDS_A_POLL;
    };
  }
}
