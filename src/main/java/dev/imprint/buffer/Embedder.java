package dev.imprint.buffer;

import dev.imprint.buffer.BufferIndex.IndexedPicture;
import dev.imprint.buffer.BufferMetrics.LeftOut;
import dev.imprint.buffer.cache.EmbeddingCache;
import dev.imprint.model.RejectedException;
import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.backbone.ImageDecoder;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.model.backbone.ProbedDecoder;
import dev.imprint.model.backbone.View;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Embeds pictures of the index, from the cache or with the backbone. */
final class Embedder {
  /** Most cache lookups in a row, so that the topics are still followed meanwhile. */
  private static final int LOOKUPS = 256;

  /** Attempts in a row, each some seconds long, in which Kafka may return no pictures. */
  static final int FRUITLESS = 10;

  private static final View VIEW = View.ORIGINAL;

  private static final Logger LOG = LoggerFactory.getLogger(Embedder.class);

  private final Backbone backbone;
  private final ImageDecoder decoder;
  private final EmbeddingCache cache;
  private final BufferMetrics metrics;

  Embedder(Backbone backbone, EmbeddingCache cache, BufferMetrics metrics) {
    this.backbone = backbone;
    this.decoder = new ProbedDecoder(backbone.decoder());
    this.cache = cache;
    this.metrics = metrics;
  }

  /**
   * Embeds at most one batch of waiting pictures.
   *
   * @return how many went through the backbone
   * @throws RuntimeException if the backbone fails; the pictures keep waiting
   */
  int embed(BufferIndex index, StoredPictures pictures, int batch) {
    List<IndexedPicture> unknown = takeKnown(index, batch);
    if (unknown.isEmpty()) {
      return 0;
    }
    long start = System.nanoTime();
    Map<Position, Optional<byte[]>> bytes =
        pictures.read(unknown.stream().map(IndexedPicture::at).toList());
    List<IndexedPicture> decoded = new ArrayList<>();
    List<Pixels> pixels = new ArrayList<>();
    for (IndexedPicture picture : unknown) {
      Optional<byte[]> file = bytes.get(picture.at());
      if (file == null) {
        continue; // Kafka did not answer; retried next time
      }
      if (file.isEmpty()) {
        index.gone(picture.at());
        continue;
      }
      try {
        pixels.add(decoder.decode(file.get(), VIEW));
        decoded.add(picture);
      } catch (RejectedException e) {
        leaveOut(index, picture, String.valueOf(e.getMessage()));
      }
    }
    if (decoded.isEmpty()) {
      return 0;
    }
    float[][] embeddings = backbone.embedEach(pixels);
    for (int i = 0; i < embeddings.length; i++) {
      keep(index, decoded.get(i), embeddings[i]);
    }
    metrics.embedded(decoded.size(), Duration.ofNanos(System.nanoTime() - start));
    return decoded.size();
  }

  /**
   * Embeds all waiting pictures for which there is room, in batches and with pauses.
   *
   * @param left receives the number of pictures still waiting, before each batch
   * @throws IOException if Kafka does not return the pictures
   * @throws RuntimeException if the backbone fails
   */
  void embedAll(BufferIndex index, StoredPictures pictures, BufferConfig config, IntConsumer left)
      throws IOException, InterruptedException {
    int fruitless = 0;
    while (index.pendingCount() > 0 && !index.isFull()) {
      int before = index.pendingCount();
      left.accept(before);
      int computed = embed(index, pictures, config.embedBatch());
      fruitless = index.pendingCount() < before ? 0 : fruitless + 1;
      if (fruitless == FRUITLESS) {
        throw new IOException(
            "%d pictures on topic %s cannot be read".formatted(before, pictures.topic()));
      }
      if (computed > 0) {
        TimeUnit.MILLISECONDS.sleep(config.embedPauseMs());
      }
    }
  }

  /** Embeds the pictures in the cache; returns up to a batch of the others. */
  private List<IndexedPicture> takeKnown(BufferIndex index, int batch) {
    List<IndexedPicture> unknown = new ArrayList<>();
    int hits = 0;
    for (IndexedPicture picture : index.pending(LOOKUPS)) {
      Embedding known = cache.get(picture.sha256(), VIEW);
      if (known != null) {
        index.embedded(picture.at(), known);
        hits++;
      } else {
        unknown.add(picture);
        if (unknown.size() == batch) {
          break;
        }
      }
    }
    metrics.cacheHits(hits);
    return unknown;
  }

  private void keep(BufferIndex index, IndexedPicture picture, float[] numbers) {
    if (!isFinite(numbers)) {
      leaveOut(index, picture, "its embedding has a number that is not finite");
      return;
    }
    Embedding embedding = Embedding.of(numbers, backbone.layers());
    cache.put(picture.sha256(), VIEW, embedding);
    index.embedded(picture.at(), embedding);
  }

  /** Nothing can be learned from others. */
  static boolean isFinite(float[] embedding) {
    for (float number : embedding) {
      if (!Float.isFinite(number)) {
        return false;
      }
    }
    return true;
  }

  private void leaveOut(BufferIndex index, IndexedPicture picture, String why) {
    metrics.leftOut(LeftOut.BAD_PICTURE);
    LOG.warn("Leaving out the picture of '{}': {}", index.leaveOut(picture.at()), why);
  }
}
