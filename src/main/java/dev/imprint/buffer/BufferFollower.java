package dev.imprint.buffer;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.buffer.BufferMetrics.LeftOut;
import dev.imprint.event.Clients;
import dev.imprint.event.Json;
import dev.imprint.event.Sha256;
import dev.imprint.event.TopicScan;
import dev.imprint.event.Topics;
import dev.imprint.model.Label;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads labels and pictures from the beginning into an index, only committed records; keeps no
 * bytes. Not thread-safe; the creator must close it.
 */
final class BufferFollower implements AutoCloseable {
  /** Learns which images' labels are deleted. */
  @FunctionalInterface
  interface LabelDeletions {
    LabelDeletions IGNORED = (imageId, deleted) -> {};

    /**
     * @param deleted false if it has a label (again)
     */
    void deleted(String imageId, boolean deleted);
  }

  private static final Logger LOG = LoggerFactory.getLogger(BufferFollower.class);

  /** So that health soon reports that Kafka is away, and closing is fast. */
  static final Duration CALL = Duration.ofSeconds(10);

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Topics topics;
  private final BufferIndex index;
  private final LabelDeletions deletions;
  private final BufferMetrics metrics;
  private final Consumer<byte[], byte[]> consumer;

  /**
   * @throws org.apache.kafka.common.KafkaException if Kafka is away
   * @throws IllegalStateException if a topic is missing
   */
  BufferFollower(
      Clients clients,
      Topics topics,
      BufferIndex index,
      LabelDeletions deletions,
      BufferMetrics metrics) {
    this.topics = topics;
    this.index = index;
    this.deletions = deletions;
    this.metrics = metrics;
    this.consumer = clients.promptConsumer(CALL, settings(8 << 20));
    boolean done = false;
    try {
      List<TopicPartition> all = new ArrayList<>(partitions(topics.labels()));
      all.addAll(partitions(topics.pictures()));
      consumer.assign(all);
      consumer.seekToBeginning(all);
      done = true;
    } finally {
      if (!done) {
        consumer.close();
      }
    }
  }

  /**
   * Reads the topics as they are now, without embedding anything: for commands, which see the
   * buffer from outside.
   *
   * @throws org.apache.kafka.common.KafkaException if Kafka does not answer
   * @throws IllegalStateException if a topic is missing
   */
  static BufferIndex index(Clients clients, Topics topics, BufferConfig config) {
    BufferIndex index = new BufferIndex(config.maxExamples());
    try (BufferFollower follower =
        new BufferFollower(clients, topics, index, LabelDeletions.IGNORED, BufferMetrics.NOOP)) {
      follower.readToEnd(PATIENCE);
    }
    return index;
  }

  /**
   * @param fetchBytes most that a fetch returns, unless one record is larger
   */
  static Map<String, Object> settings(int fetchBytes) {
    return Map.of(
        ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
        fetchBytes,
        ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
        Math.min(fetchBytes, 1 << 20),
        // A lost offset means that the topic was recreated: start over, too.
        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
        "none");
  }

  /** Processes arriving records; waits this long for the first one. */
  void poll(Duration wait) {
    Clients.followAdded(consumer);
    consumer.poll(wait).forEach(this::take);
  }

  /**
   * Processes all current records.
   *
   * @throws org.apache.kafka.common.errors.TimeoutException if nothing arrives for this long
   */
  void readToEnd(Duration patience) {
    new TopicScan(consumer, ends(), patience).forEach(this::take);
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    if (record.key() == null) {
      // Anybody can write one to a topic that is not compacted; it belongs to no image.
      leftOut(record, "it has no key");
    } else if (record.topic().equals(topics.labels())) {
      label(record);
    } else {
      picture(record);
    }
  }

  /** The current end of each partition: the offset after its last committed record. */
  Map<TopicPartition, Long> ends() {
    return consumer.endOffsets(consumer.assignment());
  }

  /** Whether everything before these offsets has been processed. */
  boolean passed(Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }

  /** The offsets on the topic of pictures, by partition. */
  Map<Integer, Long> ofPictures(Map<TopicPartition, Long> ends) {
    Map<Integer, Long> offsets = new HashMap<>();
    ends.forEach(
        (partition, end) -> {
          if (partition.topic().equals(topics.pictures())) {
            offsets.put(partition.partition(), end);
          }
        });
    return offsets;
  }

  /** With Kafka; null if there is none. */
  @Nullable String trouble() {
    return Clients.trouble(consumer.metrics());
  }

  @Override
  public void close() {
    consumer.close();
  }

  private List<TopicPartition> partitions(String topic) {
    List<TopicPartition> partitions = Clients.partitions(consumer, topic);
    if (partitions.isEmpty()) {
      throw new IllegalStateException(
          "topic %s is missing: create it with 'imprint topics create'".formatted(topic));
    }
    return partitions;
  }

  private void label(ConsumerRecord<byte[], byte[]> record) {
    String id = new String(record.key(), UTF_8);
    if (record.value() == null) {
      index.label(id, record.partition(), null);
      deletions.deleted(id, true);
      return;
    }
    try {
      Label label = Json.decode(record.value(), Label.class);
      if (label.imageId().equals(id)) {
        index.label(id, record.partition(), label);
        deletions.deleted(id, false);
      } else {
        leftOut(record, "its image_id differs from its key");
      }
    } catch (IOException e) {
      leftOut(record, String.valueOf(e.getMessage()));
    }
  }

  /** The label processor writes its dead letter, as it reads the same topic. */
  private void leftOut(ConsumerRecord<byte[], byte[]> record, String why) {
    metrics.leftOut(LeftOut.BAD_LABEL);
    LOG.warn(
        "Skipping {}-{}@{}, which cannot be read: {}",
        record.topic(),
        record.partition(),
        record.offset(),
        why);
  }

  private void picture(ConsumerRecord<byte[], byte[]> record) {
    String id = new String(record.key(), UTF_8);
    if (record.value() == null) {
      index.picture(id, null);
      return;
    }
    String sha256 = Sha256.hex(record.value());
    index.picture(
        id,
        new BufferIndex.IndexedPicture(
            new Position(record.partition(), record.offset()),
            sha256,
            original(record.headers().lastHeader(Topics.REENCODED_HEADER), sha256)));
  }

  /** Null if an older release did not record it. */
  private static @Nullable String original(@Nullable Header reencoded, String sha256) {
    if (reencoded == null) {
      return sha256;
    }
    String original = reencoded.value() == null ? "true" : new String(reencoded.value(), UTF_8);
    return original.equals("true") ? null : original;
  }
}
