package dev.imprint.buffer;

import dev.imprint.buffer.BufferSnapshot.Stored;
import dev.imprint.buffer.ReadBack.Network;
import dev.imprint.buffer.cache.EmbeddingCache;
import dev.imprint.buffer.cache.EmbeddingCaches;
import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.backbone.Embedding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/** The pictures of the {@link Buffer}'s examples. Thread-safe. */
public final class BufferPictures implements ExamplePictures {
  private final ReadBack readBack;
  private final Backbone backbone;
  private final Supplier<BufferSnapshot> snapshot;
  private final Supplier<EmbeddingCaches> caches;

  /**
   * @param backbone the buffer's
   * @param snapshot the latest
   * @param caches there before the first example is
   */
  BufferPictures(
      ReadBack readBack,
      Backbone backbone,
      Supplier<BufferSnapshot> snapshot,
      Supplier<EmbeddingCaches> caches) {
    this.readBack = readBack;
    this.backbone = backbone;
    this.snapshot = snapshot;
    this.caches = caches;
  }

  @Override
  public List<Example> seenBy(Backbone other, List<Example> examples, IntConsumer progress)
      throws IOException, InterruptedException {
    EmbeddingCache cache = caches.get().of(other);
    List<Stored> stored = stored(examples);
    try {
      return readBack.embed(new Network(other, cache), stored, progress);
    } finally {
      removeMissing(stored, cache);
    }
  }

  /**
   * Embeddings of views of a snapshot's examples; embeds those that the cache does not have, in the
   * caller's thread, at the buffer's pace.
   *
   * @param progress receives the number of views still to be embedded, every few seconds
   * @return the views of each example, by image id; without those deleted meanwhile
   * @throws IOException if Kafka does not return the pictures
   */
  public Map<String, List<Embedding>> views(ViewsToEmbed wanted, IntConsumer progress)
      throws IOException, InterruptedException {
    if (wanted.total() == 0) {
      return Map.of();
    }
    EmbeddingCache cache = caches.get().of(backbone);
    List<Stored> stored = stored(wanted.examples());
    try {
      return readBack.views(new Network(backbone, cache), wanted, stored, progress);
    } finally {
      removeMissing(stored, cache);
    }
  }

  @Override
  public Map<String, Path> files(
      List<Example> examples, Path folder, long mostBytes, IntConsumer progress)
      throws IOException, InterruptedException {
    return readBack.files(stored(examples), folder, mostBytes, progress);
  }

  /**
   * Pictures of a snapshot's examples, for people to look at, by image id; without those that are
   * not available at once.
   */
  public Map<String, DecodedPicture> decoded(List<Example> examples) {
    return readBack.decoded(stored(examples), backbone.decoder());
  }

  /** Those of the digests that no picture of the buffer has any more. */
  public Set<String> gone(Set<String> digests) {
    return snapshot.get().without(digests);
  }

  private List<Stored> stored(List<Example> examples) {
    return snapshot.get().stored(examples);
  }

  /** They were deleted meanwhile, maybe before they were in the cache. */
  private void removeMissing(List<Stored> stored, EmbeddingCache cache) {
    cache.remove(snapshot.get().missing(stored));
  }
}
