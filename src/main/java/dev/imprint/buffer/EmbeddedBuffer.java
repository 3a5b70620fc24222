package dev.imprint.buffer;

import dev.imprint.buffer.cache.EmbeddingCache;
import dev.imprint.event.Clients;
import dev.imprint.event.Topics;
import dev.imprint.model.backbone.Backbone;
import java.io.IOException;
import java.util.function.IntConsumer;

/** Reads and embeds the whole buffer once, for commands that look at it from outside. */
public final class EmbeddedBuffer {
  private EmbeddedBuffer() {}

  /**
   * Blocks for as long as a leader takes to start with an empty cache.
   *
   * @param left receives the number of pictures still to be embedded
   * @throws IOException if Kafka does not return the pictures
   * @throws org.apache.kafka.common.KafkaException if Kafka does not answer
   */
  public static BufferSnapshot read(
      Clients clients, Topics topics, BufferConfig config, Backbone backbone, IntConsumer left)
      throws IOException, InterruptedException {
    BufferIndex index = BufferFollower.index(clients, topics, config);
    try (StoredPictures pictures =
            new StoredPictures(clients, topics.pictures(), config.embedBatch());
        EmbeddingCache none = EmbeddingCache.none(backbone)) {
      new Embedder(backbone, none, BufferMetrics.NOOP).embedAll(index, pictures, config, left);
    }
    return index.snapshot(config.maxLabels());
  }
}
