package dev.imprint.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.Clients;
import dev.imprint.event.TopicScan;
import dev.imprint.event.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the topic {@code models} from its beginning into {@link Models}. Not thread-safe; the
 * creator must close it. Throws a {@link org.apache.kafka.common.KafkaException} if Kafka does not
 * answer.
 */
final class ModelsReader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ModelsReader.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** For the marker of a transaction whose commit has just returned to its producer. */
  private static final Duration MARKER_PATIENCE = Duration.ofSeconds(5);

  /** To answer a consumer that has not polled for a while. */
  private static final Duration ANSWER = Duration.ofSeconds(2);

  private final Clients clients;
  private final LongSupplier nanoTime;
  private final TopicPartition partition;
  private final Consumer<byte[], byte[]> consumer;
  private Models models = Models.EMPTY;
  private long pollingSince; // without a break
  private long polledAt;

  ModelsReader(Clients clients, Topics topics) {
    this(clients, topics, System::nanoTime);
  }

  /**
   * @param nanoTime such as {@link System#nanoTime}
   */
  ModelsReader(Clients clients, Topics topics, LongSupplier nanoTime) {
    this.clients = clients;
    this.nanoTime = nanoTime;
    polledAt = nanoTime.getAsLong();
    pollingSince = polledAt;
    partition = new TopicPartition(topics.models(), 0);
    consumer = clients.consumer(Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"));
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
  }

  Models models() {
    return models;
  }

  /**
   * Reads everything committed before this call. A commit returns before the partition has its
   * marker (KIP-98), so the end includes uncommitted records; transactions that a killed producer
   * left open are waited for only briefly.
   */
  Models readToEnd() {
    long written = written();
    long committed = consumer.endOffsets(List.of(partition), PATIENCE).getOrDefault(partition, 0L);
    scan(committed, PATIENCE);
    try {
      scan(written, MARKER_PATIENCE);
    } catch (TimeoutException e) {
      LOG.debug("A transaction on {} has been left open", partition, e);
    }
    return models;
  }

  private void scan(long end, Duration patience) {
    new TopicScan(consumer, Map.of(partition, end), patience).forEach(this::take);
  }

  /** The end of the partition, including uncommitted records. */
  private long written() {
    try (Admin admin = clients.admin()) {
      return admin
          .listOffsets(Map.of(partition, OffsetSpec.latest()))
          .partitionResult(partition)
          .get()
          .offset();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  /** Waits at most this long for records; whether there were any. */
  boolean poll(Duration longest) {
    long begin = nanoTime.getAsLong();
    if (begin - polledAt > ANSWER.toNanos()) {
      pollingSince = begin;
    }
    ConsumerRecords<byte[], byte[]> records = consumer.poll(longest);
    polledAt = nanoTime.getAsLong();
    records.forEach(this::take);
    return !records.isEmpty();
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    if (record.key() != null) {
      models = models.with(new String(record.key(), UTF_8), record.value());
    }
  }

  /**
   * Polling does not distinguish a quiet topic from unreachable brokers; null if there is none.
   * While nobody polls, such as during the minutes that a large version takes to load, Kafka
   * answers nothing, and may close the connection: that is no trouble.
   */
  @Nullable String trouble() {
    return polledAt - pollingSince < ANSWER.toNanos() ? null : Clients.trouble(consumer.metrics());
  }

  @Override
  public void close() {
    consumer.close();
  }
}
