/**
 * Embeddings kept on the local disk: an {@link dev.imprint.buffer.cache.EmbeddingCache} for each
 * backbone that is open.
 */
@NullMarked
package dev.imprint.buffer.cache;

import org.jspecify.annotations.NullMarked;
