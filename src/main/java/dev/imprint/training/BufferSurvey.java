package dev.imprint.training;

import dev.imprint.event.Clients;
import dev.imprint.event.Topics;
import dev.imprint.model.Backbone;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The time to embed the whole buffer with a backbone on this machine: the topics are read as a
 * leader reads them, and a sample of the pictures is embedded. Changes nothing.
 *
 * @param pictures that would be embedded
 * @param readSeconds for reading labels and pictures once
 * @param sampled how many pictures were embedded
 * @param secondsPerPicture including reading back and decoding; NaN if none could be embedded
 */
public record BufferSurvey(
    int pictures, double readSeconds, int sampled, double secondsPerPicture) {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Pictures after the first batch, which is slower. */
  private static final int SAMPLE = 64;

  /**
   * Blocks until the topics are read, that is, as long as a leader takes to start.
   *
   * @throws org.apache.kafka.common.KafkaException if Kafka does not answer
   */
  public static BufferSurvey of(
      Clients clients, Topics topics, BufferConfig config, Backbone backbone) {
    BufferIndex index = new BufferIndex(config.maxExamples());
    long start = System.nanoTime();
    try (BufferFollower follower =
            new BufferFollower(
                clients, topics, index, BufferFollower.LabelDeletions.IGNORED, BufferMetrics.NOOP);
        StoredPictures pictures =
            new StoredPictures(clients, topics.pictures(), config.embedBatch());
        EmbeddingCache none =
            EmbeddingCache.open(Path.of(""), backbone.id(), backbone.dimension(), 0)) {
      follower.readToEnd(PATIENCE);
      double seconds = (System.nanoTime() - start) / 1e9;
      int all = Math.min(index.pendingCount(), config.maxExamples());
      Embedder embedder = new Embedder(backbone, none, BufferMetrics.NOOP);
      Sample sample = sample(embedder, index, pictures, config.embedBatch());
      double pause = config.embedPauseMs() / 1e3 / config.embedBatch();
      return new BufferSurvey(all, seconds, sample.pictures(), sample.each() + pause);
    }
  }

  private record Sample(int pictures, long nanos) {
    double each() {
      return pictures == 0 ? Double.NaN : nanos / 1e9 / pictures;
    }
  }

  /** The first batch is for warming up, unless it is the only one. */
  private static Sample sample(
      Embedder embedder, BufferIndex index, StoredPictures pictures, int batch) {
    Sample first = timed(embedder, index, pictures, batch);
    int count = 0;
    long nanos = 0;
    while (count < SAMPLE) {
      Sample next = timed(embedder, index, pictures, batch);
      if (next.pictures() == 0) {
        break;
      }
      count += next.pictures();
      nanos += next.nanos();
    }
    return count == 0 ? first : new Sample(count, nanos);
  }

  private static Sample timed(
      Embedder embedder, BufferIndex index, StoredPictures pictures, int batch) {
    long start = System.nanoTime();
    int embedded = embedder.embed(index, pictures, batch);
    return new Sample(embedded, System.nanoTime() - start);
  }
}
