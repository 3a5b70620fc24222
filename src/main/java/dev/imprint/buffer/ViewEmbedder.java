package dev.imprint.buffer;

import dev.imprint.augmentation.Recipe;
import dev.imprint.buffer.BufferIndex.IndexedPicture;
import dev.imprint.buffer.BufferSnapshot.Stored;
import dev.imprint.buffer.cache.EmbeddingCache;
import dev.imprint.model.RejectedException;
import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.model.backbone.ProbedDecoder;
import dev.imprint.model.backbone.View;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Embeds views of the buffer's pictures in the caller's thread: from the cache if they are there,
 * else from the picture, read and decoded once for all its views, at the buffer's pace, so that
 * serving continues. Not thread-safe.
 *
 * @param cache of the backbone
 * @param pictures the caller closes them
 */
record ViewEmbedder(
    Backbone backbone,
    EmbeddingCache cache,
    StoredPictures pictures,
    BufferConfig config,
    BufferMetrics metrics) {
  private static final Logger LOG = LoggerFactory.getLogger(ViewEmbedder.class);

  /** A picture's views, in order; null where one is not known yet. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Views(Stored of, List<View> views, @Nullable Embedding[] embeddings) {
    int missing() {
      int missing = 0;
      for (@Nullable Embedding embedding : embeddings) {
        missing += embedding == null ? 1 : 0;
      }
      return missing;
    }

    List<Embedding> known() {
      List<Embedding> known = new ArrayList<>();
      for (@Nullable Embedding embedding : embeddings) {
        if (embedding != null) {
          known.add(embedding);
        }
      }
      return known;
    }
  }

  /**
   * @param each how many views of each example
   * @param left receives the number of views still to be embedded, before each batch
   * @return the views of each example, by image id; of one whose picture is gone, none or few
   * @throws IOException if Kafka does not return the pictures
   * @throws InterruptedException if the thread was interrupted, within a batch
   */
  Map<String, List<Embedding>> embed(
      Recipe recipe, int each, List<Stored> examples, IntConsumer left)
      throws IOException, InterruptedException {
    List<Views> all = examples.stream().map(stored -> cached(stored, recipe, each)).toList();
    Deque<Views> waiting =
        new ArrayDeque<>(
            all.stream()
                .filter(views -> views.missing() > 0)
                .sorted(Comparator.comparing(views -> views.of().picture().at()))
                .toList());
    int missing = waiting.stream().mapToInt(Views::missing).sum();
    metrics.cacheHits(examples.size() * each - missing);
    int fruitless = 0;
    while (!waiting.isEmpty()) {
      if (Thread.interrupted()) {
        throw new InterruptedException("embedding views was stopped");
      }
      left.accept(missing);
      int before = waiting.size();
      missing -= embedSome(waiting);
      fruitless = waiting.size() < before ? 0 : fruitless + 1;
      if (fruitless == Embedder.FRUITLESS) {
        throw new IOException(
            "%d pictures on topic %s cannot be read".formatted(before, pictures.topic()));
      }
      TimeUnit.MILLISECONDS.sleep(each * config.embedPauseMs());
    }
    Map<String, List<Embedding>> known = new HashMap<>();
    all.forEach(views -> known.put(views.of().example().imageId(), views.known()));
    return known;
  }

  private Views cached(Stored stored, Recipe recipe, int each) {
    String sha256 = stored.picture().sha256();
    List<View> views = recipe.views(sha256, each);
    @Nullable Embedding[] known = new Embedding[each];
    for (int i = 0; i < each; i++) {
      known[i] = cache.get(sha256, views.get(i));
    }
    return new Views(stored, views, known);
  }

  /**
   * Embeds the views of a batch of pictures; those that Kafka did not return wait on.
   *
   * @return how many views no longer wait
   */
  private int embedSome(Deque<Views> waiting) {
    List<Views> batch = new ArrayList<>();
    while (batch.size() < config.embedBatch() && !waiting.isEmpty()) {
      batch.add(waiting.remove());
    }
    Map<Position, Optional<byte[]>> files =
        pictures.read(batch.stream().map(views -> views.of().picture().at()).toList());
    int done = 0;
    for (Views views : batch) {
      Optional<byte[]> file = files.get(views.of().picture().at());
      if (file == null) {
        waiting.add(views);
      } else {
        done += views.missing();
        file.ifPresent(bytes -> embed(views, bytes));
      }
    }
    return done;
  }

  private void embed(Views views, byte[] file) {
    long start = System.nanoTime();
    IndexedPicture picture = views.of().picture();
    Pixels original;
    try {
      original = new ProbedDecoder(backbone.decoder()).decode(file);
    } catch (RejectedException e) {
      LOG.warn("No views of '{}': {}", views.of().example().imageId(), e.getMessage());
      return;
    }
    List<Integer> missing = new ArrayList<>();
    List<Pixels> altered = new ArrayList<>();
    for (int i = 0; i < views.embeddings().length; i++) {
      if (views.embeddings()[i] == null) {
        missing.add(i);
        altered.add(views.views().get(i).of(original));
      }
    }
    float[][] embeddings = backbone.embedEach(altered);
    for (int i = 0; i < embeddings.length; i++) {
      if (Embedder.isFinite(embeddings[i])) {
        int number = missing.get(i);
        Embedding embedding = Embedding.of(embeddings[i], backbone.layers());
        views.embeddings()[number] = embedding;
        cache.put(picture.sha256(), views.views().get(number), embedding);
      }
    }
    metrics.embedded(embeddings.length, Duration.ofNanos(System.nanoTime() - start));
  }
}
