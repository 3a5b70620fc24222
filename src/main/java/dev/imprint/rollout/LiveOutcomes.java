package dev.imprint.rollout;

import dev.imprint.event.Clients;
import dev.imprint.event.Json;
import dev.imprint.model.Outcome;
import dev.imprint.model.Outcome.Result;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the outcomes of pictures that the service asked for at random: others say nothing about
 * accuracy, since people look at what seems wrong. Not thread-safe. The creator must close it. All
 * methods throw a {@link org.apache.kafka.common.KafkaException} if Kafka does not answer.
 */
final class LiveOutcomes implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LiveOutcomes.class);

  /** The newest ones, so that a drop shows soon and memory stays bounded. */
  private static final int MOST = 1_000;

  private final Consumer<byte[], byte[]> consumer;
  private final Deque<Outcome> newest = new ArrayDeque<>();

  /**
   * @param since outcomes that were written earlier are not read
   */
  LiveOutcomes(Clients clients, String topic, Instant since) {
    consumer =
        clients.consumer(
            Map.of(
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                false));
    boolean done = false;
    try {
      seek(Clients.partitions(consumer, topic), since);
      done = true;
    } finally {
      if (!done) {
        consumer.close();
      }
    }
  }

  private void seek(List<TopicPartition> partitions, Instant since) {
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

  /** Reads what has arrived; then the answers of a version, without those before a time. */
  LiveAccuracy of(String version, Instant since) {
    Clients.followAdded(consumer);
    consumer.poll(Duration.ZERO).forEach(this::take);
    newest.removeIf(outcome -> outcome.at().isBefore(since));
    int right = 0;
    int all = 0;
    for (Outcome outcome : newest) {
      if (outcome.modelVersion().equals(version)) {
        all++;
        right += outcome.result() == Result.RIGHT ? 1 : 0;
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
        newest.add(outcome);
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
    consumer.close();
  }
}
