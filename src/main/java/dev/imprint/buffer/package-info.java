/**
 * The labelled pictures to learn from, with their embeddings.
 *
 * <p>{@link dev.imprint.buffer.Buffer} is the thread that follows the topics {@code labels} and
 * {@code pictures}. {@code BufferFollower} reads them into a {@code BufferIndex}; {@code Embedder}
 * adds the embeddings, from the {@code EmbeddingCache} on disk or, for pictures read back by {@code
 * StoredPictures}, from the backbone. The result is a {@link dev.imprint.buffer.BufferSnapshot} of
 * {@link dev.imprint.buffer.Example}s. {@code RecentImages} adds a random sample without labels.
 *
 * <p>Others read the same topics once: {@link dev.imprint.buffer.EmbeddedBuffer} for a command,
 * {@link dev.imprint.buffer.StoredExamples} for a version's examples, {@link
 * dev.imprint.buffer.BufferSurvey} for what another backbone would cost.
 */
@NullMarked
package dev.imprint.buffer;

import org.jspecify.annotations.NullMarked;
