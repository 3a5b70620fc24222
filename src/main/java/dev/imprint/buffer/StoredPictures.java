package dev.imprint.buffer;

import dev.imprint.buffer.BufferSnapshot.Stored;
import dev.imprint.event.Clients;
import dev.imprint.model.RejectedException;
import dev.imprint.model.backbone.ImageDecoder;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads pictures back from the topic, so that those waiting to be embedded take no memory.
 * Continues where the last call ended, so a whole partition takes one pass. Not thread-safe; the
 * creator must close it.
 */
final class StoredPictures implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StoredPictures.class);

  /** Within this distance, reading on is cheaper than a fetch at another position. */
  private static final int NEAR = 32;

  private static final Duration POLL = Duration.ofMillis(100);
  private static final int POLLS = 20;

  private final String topic;
  private final Consumer<byte[], byte[]> consumer;
  private @Nullable TopicPartition current;

  /**
   * @param batch how many are requested at once; a poll returns no more, since the excess would be
   *     fetched again
   */
  StoredPictures(Clients clients, String topic, int batch) {
    this.topic = topic;
    Map<String, Object> settings = new HashMap<>(BufferFollower.settings(1 << 20));
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, batch);
    // A prefetch that waits at the topic's end would delay the next one.
    settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 10);
    this.consumer = clients.promptConsumer(BufferFollower.CALL, settings);
  }

  /**
   * Reads them in the order of their positions.
   *
   * @return a picture's bytes; an empty value if the record is gone, since a newer one with its key
   *     has come; no entry if Kafka did not answer in time
   */
  Map<Position, Optional<byte[]>> read(List<Position> positions) {
    Map<Position, Optional<byte[]>> found = new HashMap<>();
    TreeSet<Position> wanted = new TreeSet<>(positions);
    for (int polls = 0; polls < POLLS && !wanted.isEmpty(); ) {
      Position next = wanted.first();
      TopicPartition partition = goTo(next);
      List<ConsumerRecord<byte[], byte[]>> records = consumer.poll(POLL).records(partition);
      for (ConsumerRecord<byte[], byte[]> record : records) {
        Position at = new Position(record.partition(), record.offset());
        if (wanted.remove(at)) {
          found.put(at, Optional.ofNullable(record.value()));
        }
      }
      Position read = new Position(next.partition(), consumer.position(partition));
      // Records before the current position will not come any more.
      for (Position gone : List.copyOf(wanted.headSet(read))) {
        wanted.remove(gone);
        found.put(gone, Optional.empty());
      }
      polls += records.isEmpty() ? 1 : 0;
    }
    return found;
  }

  /** Assigning drops fetched records, so it is done only when the partition changes. */
  private TopicPartition goTo(Position next) {
    TopicPartition partition = new TopicPartition(topic, next.partition());
    if (!partition.equals(current)) {
      consumer.assign(List.of(partition));
      consumer.seek(partition, next.offset());
      current = partition;
    } else {
      long position = consumer.position(partition);
      if (next.offset() < position || next.offset() > position + NEAR) {
        consumer.seek(partition, next.offset());
      }
    }
    return partition;
  }

  /** By image id; without those that Kafka does not return at once, or that cannot be decoded. */
  Map<String, DecodedPicture> decoded(List<Stored> examples, ImageDecoder decoder) {
    Map<Position, Optional<byte[]>> files =
        read(examples.stream().map(stored -> stored.picture().at()).toList());
    Map<String, DecodedPicture> decoded = new HashMap<>();
    for (Stored stored : examples) {
      Optional<byte[]> file = files.getOrDefault(stored.picture().at(), Optional.empty());
      if (file.isPresent()) {
        try {
          decoded.put(
              stored.example().imageId(),
              new DecodedPicture(stored.picture().sha256(), decoder.decode(file.get())));
        } catch (RejectedException e) {
          LOG.debug("{} cannot be shown: {}", stored.example().imageId(), e.getMessage());
        }
      }
    }
    return decoded;
  }

  String topic() {
    return topic;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
