package dev.imprint.buffer;

import dev.imprint.buffer.BufferSnapshot.Stored;
import dev.imprint.buffer.cache.EmbeddingCache;
import dev.imprint.event.Clients;
import dev.imprint.event.Topics;
import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.backbone.ImageDecoder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * Reads some of the buffer's pictures back, in the caller's thread: into files, or to embed them
 * with another backbone or as views. What a cache does not have is embedded in the buffer's batches
 * and with its pauses, so that serving continues.
 */
record ReadBack(BufferConfig config, Clients clients, Topics topics, BufferMetrics metrics) {
  /** A backbone, and the cache of its embeddings. */
  record Network(Backbone backbone, EmbeddingCache cache) {}

  /**
   * @param waiting receives the number of pictures still waiting, every few seconds
   * @return in the same order, without those whose pictures are gone or cannot be embedded
   * @throws IOException if Kafka does not return the pictures
   */
  List<Example> embed(Network network, List<Stored> examples, IntConsumer waiting)
      throws IOException, InterruptedException {
    BufferIndex index = new BufferIndex(Math.max(1, examples.size()));
    examples.forEach(stored -> index.picture(stored.example().imageId(), stored.picture()));
    try (StoredPictures pictures = open()) {
      new Embedder(network.backbone(), network.cache(), metrics)
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
   * Embeds views.
   *
   * @param examples those wanted, as far as they are there
   * @param waiting receives the number of views still waiting, every few seconds
   * @return as {@link ViewEmbedder#embed}
   */
  Map<String, List<Embedding>> views(
      Network network, ViewsToEmbed wanted, List<Stored> examples, IntConsumer waiting)
      throws IOException, InterruptedException {
    try (StoredPictures pictures = open()) {
      return new ViewEmbedder(network.backbone(), network.cache(), pictures, config, metrics)
          .embed(wanted.recipe(), wanted.each(), examples, everyFewSeconds(waiting));
    }
  }

  /** As {@link ExamplePictures#files}. */
  Map<String, Path> files(List<Stored> examples, Path folder, long mostBytes, IntConsumer waiting)
      throws IOException, InterruptedException {
    try (StoredPictures pictures = open()) {
      return new PictureFiles(pictures, config.embedBatch())
          .write(examples, folder, mostBytes, everyFewSeconds(waiting));
    }
  }

  /** By image id; without pictures that are not to be had at once. */
  Map<String, DecodedPicture> decoded(List<Stored> examples, ImageDecoder decoder) {
    try (StoredPictures pictures = open()) {
      return pictures.decoded(examples, decoder);
    }
  }

  private StoredPictures open() {
    return new StoredPictures(clients, topics.pictures(), config.embedBatch());
  }

  private static IntConsumer everyFewSeconds(IntConsumer waiting) {
    long[] said = {System.nanoTime()};
    return left -> {
      if (System.nanoTime() - said[0] > CatchUp.PROGRESS.toNanos()) {
        said[0] = System.nanoTime();
        waiting.accept(left);
      }
    };
  }
}
