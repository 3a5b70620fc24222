package dev.imprint.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.Clients;
import dev.imprint.event.HeadFile;
import dev.imprint.event.Sha256;
import dev.imprint.event.TopicScan;
import dev.imprint.event.Topics;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.ModelVersion.Artifact;
import dev.imprint.model.ModelVersion.Chunk;
import dev.imprint.model.head.DenseHead;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Reads artifacts from committed chunks, and accepts only bytes with the right digest. A chunk's
 * offset is only a hint where to look first; its key is authoritative, since offsets change when a
 * chunk is written again or the topic is copied.
 *
 * <p>Not thread-safe. The creator must close it. All methods throw a {@link
 * org.apache.kafka.common.KafkaException} if Kafka does not answer within {@link #PATIENCE}.
 */
final class ArtifactReader implements AutoCloseable {
  static final int CHUNK_BYTES = 512 * 1024;

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final TopicPartition all;
  private final Consumer<byte[], byte[]> consumer;

  ArtifactReader(Clients clients, Topics topics) {
    all = new TopicPartition(topics.artifacts(), 0);
    // One record per poll: the rest stays in the client's buffer for the next poll, unless it
    // seeks.
    consumer =
        clients.consumer(
            Map.of(
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                1));
    consumer.assign(List.of(all));
  }

  static String key(String sha256, int chunk) {
    return sha256 + "/" + chunk;
  }

  /**
   * @throws IOException if the version's head is incomplete, or not the right one
   */
  HeadFile head(ModelVersion version) throws IOException {
    HeadFile file = HeadFile.read(new ByteArrayInputStream(read(version.head())));
    DenseHead head = file.head();
    if (!head.backboneId().equals(version.backboneId())
        || !head.labels().equals(version.labels())) {
      throw new IOException(
          "its head has a different backbone or different labels than its" + " record says");
    }
    return new HeadFile(version.version(), head, file.folds());
  }

  /**
   * The weights of its network's tuned layers; null if it has none.
   *
   * @throws IOException if they are incomplete
   */
  byte @Nullable [] network(ModelVersion version) throws IOException {
    return version.network() == null ? null : read(version.network().weights());
  }

  /**
   * @throws IOException if a chunk is missing or the bytes are not those that were published
   */
  byte[] read(Artifact artifact) throws IOException {
    byte[] bytes = atOffsets(artifact);
    if (bytes == null || !isWhole(artifact, bytes)) {
      bytes = byKeys(artifact);
    }
    if (!isWhole(artifact, bytes)) {
      throw new IOException(
          ("artifact %s is corrupt: it should have %d bytes, but there are %d with a different"
                  + " digest")
              .formatted(artifact.sha256(), artifact.bytes(), bytes.length));
    }
    return bytes;
  }

  /** Keys of all chunks that have not been deleted. */
  Set<String> keys() {
    Set<String> keys = new HashSet<>();
    scan(
        (key, value) -> {
          if (value == null) {
            keys.remove(key);
          } else {
            keys.add(key);
          }
        });
    return keys;
  }

  private static boolean isWhole(Artifact artifact, byte[] bytes) {
    return bytes.length == artifact.bytes() && Sha256.hex(bytes).equals(artifact.sha256());
  }

  private byte @Nullable [] atOffsets(Artifact artifact) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < artifact.chunks().size(); i++) {
      ConsumerRecord<byte[], byte[]> record = at(artifact.chunks().get(i));
      if (record == null
          || record.key() == null
          || record.value() == null
          || !new String(record.key(), UTF_8).equals(key(artifact.sha256(), i))) {
        return null;
      }
      bytes.writeBytes(record.value());
    }
    return bytes.toByteArray();
  }

  private byte[] byKeys(Artifact artifact) throws IOException {
    Map<String, byte @Nullable []> last = new HashMap<>();
    scan(
        (key, value) -> {
          if (key.startsWith(artifact.sha256())) {
            last.put(key, value);
          }
        });
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < artifact.chunks().size(); i++) {
      byte[] chunk = last.get(key(artifact.sha256(), i));
      if (chunk == null) {
        throw new IOException(
            "chunk %d of artifact %s is missing on topic %s"
                .formatted(i, artifact.sha256(), all.topic()));
      }
      bytes.writeBytes(chunk);
    }
    return bytes.toByteArray();
  }

  /** Null if it is missing. A record may take a moment to become visible after its commit. */
  private @Nullable ConsumerRecord<byte[], byte[]> at(Chunk chunk) {
    if (chunk.partition() != all.partition()) {
      return null;
    }
    if (consumer.position(all, PATIENCE) != chunk.offset()) {
      consumer.seek(all, chunk.offset());
    }
    try {
      for (var record : new TopicScan(consumer, Map.of(all, chunk.offset() + 1), PATIENCE).next()) {
        return record.offset() == chunk.offset() ? record : null;
      }
    } catch (TimeoutException e) {
      if (end() > chunk.offset()) {
        throw e;
      }
    }
    return null; // a marker, a gap, or beyond the end
  }

  private void scan(BiConsumer<String, byte @Nullable []> each) {
    consumer.seekToBeginning(List.of(all));
    new TopicScan(consumer, Map.of(all, end()), PATIENCE)
        .forEach(
            record -> {
              if (record.key() != null) {
                each.accept(new String(record.key(), UTF_8), record.value());
              }
            });
  }

  private long end() {
    return consumer.endOffsets(List.of(all), PATIENCE).getOrDefault(all, 0L);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
