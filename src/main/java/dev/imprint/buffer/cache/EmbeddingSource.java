package dev.imprint.buffer.cache;

import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.backbone.Backbones;
import java.nio.file.Path;

/**
 * Where the buffer's embeddings come from; the caller closes the backbones, after the buffer.
 *
 * @param backbones the buffer is embedded with the one that heads are trained for
 * @param cache directory of the embeddings on the local disk, for all backbones
 * @param recipe id of the one whose views the cache keeps
 */
public record EmbeddingSource(Backbones backbones, Path cache, String recipe) {
  /** For trainings without views. */
  public EmbeddingSource(Backbones backbones, Path cache) {
    this(backbones, cache, "");
  }

  public Backbone backbone() {
    return backbones.trained();
  }
}
