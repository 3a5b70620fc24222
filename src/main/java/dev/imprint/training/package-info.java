/**
 * From labels and pictures to a judged head: the buffer that follows the labels, the split, the
 * training run, its evaluation and the gate.
 *
 * <p>{@link dev.imprint.training.Buffer} is the thread that follows the topics {@code labels} and
 * {@code pictures}. {@code BufferFollower} reads them into a {@code BufferIndex}; {@code Embedder}
 * adds the embeddings, from the {@code EmbeddingCache} on disk or, for pictures read back by {@code
 * StoredPictures}, from the backbone. The result is a {@link dev.imprint.training.BufferSnapshot}
 * of {@link dev.imprint.training.Example}s.
 *
 * <p>{@link dev.imprint.training.Trainer} turns these into a {@link
 * dev.imprint.training.Candidate}: {@code Selection} leaves out labels with too few examples,
 * {@link dev.imprint.training.Split} decides which examples are for learning and which for judging,
 * and {@link dev.imprint.training.Gate} compares the new head with the serving one.
 */
@NullMarked
package dev.imprint.training;

import org.jspecify.annotations.NullMarked;
