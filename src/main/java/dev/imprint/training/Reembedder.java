package dev.imprint.training;

import dev.imprint.event.Clients;
import dev.imprint.event.Topics;
import dev.imprint.model.Backbone;
import dev.imprint.training.BufferSnapshot.Stored;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/**
 * Embeds some of the buffer's pictures with a backbone other than the buffer's, in the caller's
 * thread: from that backbone's cache if they are there, else in the buffer's batches and with its
 * pauses, so that serving continues. Not thread-safe.
 *
 * @param cache of that backbone
 */
record Reembedder(
    BufferConfig config,
    Clients clients,
    Topics topics,
    EmbeddingCache cache,
    BufferMetrics metrics) {
  /** Attempts in a row, each some seconds long, in which Kafka may return no pictures. */
  private static final int FRUITLESS = 10;

  /**
   * @param waiting receives the number of pictures still waiting, every few seconds
   * @return in the same order, without those whose pictures are gone or cannot be embedded
   * @throws IOException if Kafka does not return the pictures
   */
  List<Example> embed(Backbone backbone, List<Stored> examples, IntConsumer waiting)
      throws IOException, InterruptedException {
    BufferIndex index = new BufferIndex(Math.max(1, examples.size()));
    examples.forEach(stored -> index.picture(stored.example().imageId(), stored.picture()));
    try (StoredPictures pictures =
        new StoredPictures(clients, topics.pictures(), config.embedBatch())) {
      embedAll(new Embedder(backbone, cache, metrics), index, pictures, waiting);
    }
    List<Example> embedded = new ArrayList<>();
    for (Stored stored : examples) {
      float[] embedding = index.embedding(stored.example().imageId());
      if (embedding != null) {
        embedded.add(stored.example().embeddedAs(embedding));
      }
    }
    return embedded;
  }

  private void embedAll(
      Embedder embedder, BufferIndex index, StoredPictures pictures, IntConsumer waiting)
      throws IOException, InterruptedException {
    int fruitless = 0;
    long said = System.nanoTime();
    while (index.pendingCount() > 0) {
      int before = index.pendingCount();
      if (System.nanoTime() - said > CatchUp.PROGRESS.toNanos()) {
        said = System.nanoTime();
        waiting.accept(before);
      }
      int computed = embedder.embed(index, pictures, config.embedBatch());
      fruitless = index.pendingCount() < before ? 0 : fruitless + 1;
      if (fruitless == FRUITLESS) {
        throw new IOException(
            "%d pictures on topic %s cannot be read".formatted(before, topics.pictures()));
      }
      if (computed > 0) {
        TimeUnit.MILLISECONDS.sleep(config.embedPauseMs());
      }
    }
  }
}
