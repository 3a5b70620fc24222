package dev.imprint.leader.trigger;

import dev.imprint.event.Clients;
import dev.imprint.event.Json;
import dev.imprint.model.Outcome;
import dev.imprint.model.Outcome.Result;
import dev.imprint.model.RetryPause;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the outcomes of pictures that the service asked for at random: others say nothing about
 * accuracy, since people look at what seems wrong. If Kafka does not answer, it reads again after a
 * pause. Not thread-safe. The creator must close it.
 */
public final class LiveOutcomes implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LiveOutcomes.class);

  /** The newest ones, so that a drop shows soon and memory stays bounded. */
  private static final int MOST = 1_000;

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Map<String, Object> SETTINGS =
      Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");

  private final Clients clients;
  private final String topic;
  private final LongSupplier nanoTime;
  private final RetryPause pauses = new RetryPause(Duration.ofSeconds(10), Duration.ofMinutes(10));
  private @Nullable Consumer<byte[], byte[]> consumer;
  private @Nullable String problem;
  private long notBefore;
  private final Deque<Sampled> newest = new ArrayDeque<>();

  private record Sampled(String version, boolean right, Instant at) {}

  public LiveOutcomes(Clients clients, String topic, LongSupplier nanoTime) {
    this.clients = clients;
    this.topic = topic;
    this.nanoTime = nanoTime;
  }

  private static void seek(
      Consumer<byte[], byte[]> consumer, List<TopicPartition> partitions, Instant since) {
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    Map<TopicPartition, Long> times = new HashMap<>();
    partitions.forEach(partition -> times.put(partition, since.toEpochMilli()));
    for (Map.Entry<TopicPartition, OffsetAndTimestamp> first :
        consumer.offsetsForTimes(times).entrySet()) {
      if (first.getValue() != null) { // otherwise, nothing has been written since
        consumer.seek(first.getKey(), first.getValue().offset());
      }
    }
  }

  /**
   * Reads what has arrived; then the answers of these versions, without those before a time. None
   * while Kafka does not answer.
   */
  public LiveAccuracy of(List<String> versions, Instant since) {
    if (problem != null && nanoTime.getAsLong() - notBefore < 0) {
      return LiveAccuracy.UNKNOWN;
    }
    try {
      poll(since);
      problem = null;
      pauses.worked();
    } catch (KafkaException e) { // learning goes on without it
      failed(e);
      return LiveAccuracy.UNKNOWN;
    }
    return count(versions, since);
  }

  private void poll(Instant since) {
    Consumer<byte[], byte[]> its = consumer;
    if (its == null) {
      its = clients.promptConsumer(PATIENCE, SETTINGS);
      consumer = its;
      seek(its, Clients.partitions(its, topic), since);
    }
    Clients.followAdded(its);
    its.poll(Duration.ZERO).forEach(this::take);
  }

  private void failed(KafkaException e) {
    Duration pause = pauses.failed();
    if (!e.toString().equals(problem)) {
      LOG.warn("Cannot read the live accuracy, and will try again: {}", e.toString());
    }
    problem = e.toString();
    notBefore = nanoTime.getAsLong() + pause.toNanos();
    close();
    newest.clear(); // it will be read again
  }

  private LiveAccuracy count(List<String> versions, Instant since) {
    newest.removeIf(outcome -> outcome.at().isBefore(since));
    int right = 0;
    int all = 0;
    for (Sampled outcome : newest) {
      if (versions.contains(outcome.version())) {
        all++;
        right += outcome.right() ? 1 : 0;
      }
    }
    return new LiveAccuracy(right, all);
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return;
    }
    try {
      Outcome outcome = Json.decode(record.value(), Outcome.class);
      boolean complete = outcome.at() != null && outcome.modelVersion() != null;
      if (complete && outcome.asked()) {
        newest.add(
            new Sampled(outcome.modelVersion(), outcome.result() == Result.RIGHT, outcome.at()));
        if (newest.size() > MOST) {
          newest.remove();
        }
      }
    } catch (IOException e) {
      LOG.warn(
          "Skipping {}-{}@{}, which is not an outcome: {}",
          record.topic(),
          record.partition(),
          record.offset(),
          e.getMessage());
    }
  }

  @Override
  public void close() {
    Consumer<byte[], byte[]> its = consumer;
    consumer = null;
    if (its != null) {
      its.close();
    }
  }
}
