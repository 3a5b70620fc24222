package dev.imprint.training;

import dev.imprint.model.Backbone;
import java.nio.file.Path;

/**
 * Where the buffer's embeddings come from; the backbone stays the caller's to close, after the
 * buffer.
 *
 * @param cache directory of the embeddings on the local disk, of all backbones
 */
public record EmbeddingSource(Backbone backbone, Path cache) {}
