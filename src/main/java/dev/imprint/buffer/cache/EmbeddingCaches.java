package dev.imprint.buffer.cache;

import dev.imprint.model.backbone.Backbone;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The caches of all open backbones, so that a picture deleted from the buffer is deleted from each
 * of them. Thread-safe; the creator must close it.
 */
public final class EmbeddingCaches implements AutoCloseable {
  private final Map<String, EmbeddingCache> byBackbone;
  private final String recipe;

  private EmbeddingCaches(Map<String, EmbeddingCache> byBackbone, String recipe) {
    this.byBackbone = byBackbone;
    this.recipe = recipe;
  }

  /**
   * Never fails, like {@link EmbeddingCache#open}.
   *
   * @param maxEntries per cache; 0 for no caches
   */
  public static EmbeddingCaches open(EmbeddingSource source, int maxEntries) {
    List<Backbone> all = source.backbones().all();
    return new EmbeddingCaches(
        all.stream()
            .collect(
                Collectors.toMap(
                    Backbone::id,
                    its ->
                        EmbeddingCache.open(source.cache(), its.id(), its.layers(), maxEntries))),
        source.recipe());
  }

  /**
   * For a network that is opened for a version, one that keeps nothing: there may be many over
   * time, and the same one in bf16 has the same id.
   *
   * @throws IllegalArgumentException if the backbone is not open
   */
  public EmbeddingCache of(Backbone backbone) {
    if (backbone.isExtra()) {
      return EmbeddingCache.none(backbone);
    }
    EmbeddingCache cache = byBackbone.get(backbone.id());
    if (cache == null) {
      throw new IllegalArgumentException("backbone %s is not open".formatted(backbone.id()));
    }
    return cache;
  }

  public void retain(Set<String> digests) {
    byBackbone.values().forEach(cache -> cache.retain(digests, recipe));
  }

  public void remove(Set<String> digests) {
    byBackbone.values().forEach(cache -> cache.remove(digests));
  }

  @Override
  public void close() {
    byBackbone.values().forEach(EmbeddingCache::close);
  }
}
