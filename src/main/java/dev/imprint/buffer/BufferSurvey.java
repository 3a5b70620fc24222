package dev.imprint.buffer;

import dev.imprint.buffer.cache.EmbeddingCache;
import dev.imprint.event.Clients;
import dev.imprint.event.Topics;
import dev.imprint.model.backbone.Backbone;

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
  /** Pictures after the first batch, which is slower. */
  private static final int SAMPLE = 64;

  /** Batches in a row without a picture: Kafka may be slow to return one, or all may be bad. */
  private static final int FRUITLESS = 3;

  /**
   * Blocks until the topics are read, that is, as long as a leader takes to start.
   *
   * @throws org.apache.kafka.common.KafkaException if Kafka does not answer
   */
  public static BufferSurvey of(
      Clients clients, Topics topics, BufferConfig config, Backbone backbone) {
    long start = System.nanoTime();
    BufferIndex index = BufferFollower.index(clients, topics, config);
    double seconds = (System.nanoTime() - start) / 1e9;
    try (StoredPictures pictures =
            new StoredPictures(clients, topics.pictures(), config.embedBatch());
        EmbeddingCache none = EmbeddingCache.none(backbone)) {
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

  /** The first batch with a picture is for warming up, unless it is the only one. */
  private static Sample sample(
      Embedder embedder, BufferIndex index, StoredPictures pictures, int batch) {
    Sample first = new Sample(0, 0);
    Sample rest = first;
    int fruitless = 0;
    while (rest.pictures() < SAMPLE && fruitless < FRUITLESS && index.pendingCount() > 0) {
      Sample next = timed(embedder, index, pictures, batch);
      fruitless = next.pictures() > 0 ? 0 : fruitless + 1;
      if (first.pictures() == 0) {
        first = next;
      } else if (next.pictures() > 0) {
        rest = new Sample(rest.pictures() + next.pictures(), rest.nanos() + next.nanos());
      }
    }
    return rest.pictures() == 0 ? first : rest;
  }

  private static Sample timed(
      Embedder embedder, BufferIndex index, StoredPictures pictures, int batch) {
    long start = System.nanoTime();
    int embedded = embedder.embed(index, pictures, batch);
    return new Sample(embedded, System.nanoTime() - start);
  }
}
