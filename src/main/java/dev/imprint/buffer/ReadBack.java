package dev.imprint.buffer;

import dev.imprint.buffer.BufferSnapshot.Stored;
import dev.imprint.event.Clients;
import dev.imprint.event.Topics;
import dev.imprint.model.Backbone;
import dev.imprint.model.Embedding;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * Embeds some of the buffer's pictures with a backbone other than the buffer's, or views of them,
 * in the caller's thread: from that backbone's cache if they are there, else in the buffer's
 * batches and with its pauses, so that serving continues. Not thread-safe.
 *
 * @param cache of that backbone
 */
record Reembedder(
    BufferConfig config,
    Clients clients,
    Topics topics,
    EmbeddingCache cache,
    BufferMetrics metrics) {
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
      new Embedder(backbone, cache, metrics)
          .embedAll(index, pictures, config, everyFewSeconds(waiting));
    }
    List<Example> embedded = new ArrayList<>();
    for (Stored stored : examples) {
      Embedding embedding = index.embedding(stored.example().imageId());
      if (embedding != null) {
        embedded.add(stored.example().embeddedAs(embedding));
      }
    }
    return embedded;
  }

  /**
   * Embeds views with the buffer's own backbone.
   *
   * @param examples those wanted, as far as they are there
   * @param waiting receives the number of views still waiting, every few seconds
   * @return as {@link ViewEmbedder#embed}
   */
  Map<String, List<Embedding>> views(
      Backbone backbone, ViewsToEmbed wanted, List<Stored> examples, IntConsumer waiting)
      throws IOException, InterruptedException {
    try (StoredPictures pictures =
        new StoredPictures(clients, topics.pictures(), config.embedBatch())) {
      return new ViewEmbedder(backbone, cache, pictures, config, metrics)
          .embed(wanted.recipe(), wanted.each(), examples, everyFewSeconds(waiting));
    }
  }

  static IntConsumer everyFewSeconds(IntConsumer waiting) {
    long[] said = {System.nanoTime()};
    return left -> {
      if (System.nanoTime() - said[0] > CatchUp.PROGRESS.toNanos()) {
        said[0] = System.nanoTime();
        waiting.accept(left);
      }
    };
  }
}
