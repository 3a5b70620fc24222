package dev.imprint.training;

import dev.imprint.event.Clients;
import dev.imprint.event.Topics;
import dev.imprint.model.Backbone;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.IntConsumer;

/** Reads and embeds the whole buffer once, for commands that look at it from outside. */
public final class EmbeddedBuffer {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Rounds without any progress after which Kafka has lost the rest. */
  private static final int MOST_IDLE = 5;

  private EmbeddedBuffer() {}

  /**
   * Blocks for as long as a leader takes to start with an empty cache.
   *
   * @param left receives the number of pictures still to be embedded
   * @throws org.apache.kafka.common.KafkaException if Kafka does not answer
   */
  public static BufferSnapshot read(
      Clients clients, Topics topics, BufferConfig config, Backbone backbone, IntConsumer left) {
    BufferIndex index = new BufferIndex(config.maxExamples());
    try (BufferFollower follower =
            new BufferFollower(
                clients, topics, index, BufferFollower.LabelDeletions.IGNORED, BufferMetrics.NOOP);
        StoredPictures pictures =
            new StoredPictures(clients, topics.pictures(), config.embedBatch());
        EmbeddingCache none =
            EmbeddingCache.open(Path.of(""), backbone.id(), backbone.dimension(), 0)) {
      follower.readToEnd(PATIENCE);
      Embedder embedder = new Embedder(backbone, none, BufferMetrics.NOOP);
      int idle = 0;
      for (int waiting = index.pendingCount();
          waiting > 0 && !index.isFull() && idle < MOST_IDLE; ) {
        left.accept(waiting);
        embedder.embed(index, pictures, config.embedBatch());
        idle = index.pendingCount() < waiting ? 0 : idle + 1;
        waiting = index.pendingCount();
      }
    }
    return index.snapshot(config.maxLabels());
  }
}
