/**
 * From labels and pictures to a judged head: the buffer that follows the labels, the split, the
 * training run, its evaluation and the gate.
 *
 * <p>{@link dev.imprint.training.Buffer} is the thread that follows the topics {@code labels} and
 * {@code pictures}. {@code BufferFollower} reads them into a {@code BufferIndex}; {@code Embedder}
 * gives what is there its embeddings, from the {@code EmbeddingCache} on disk or, read back by
 * {@code StoredPictures}, from the backbone. What comes out is a {@link
 * dev.imprint.training.BufferSnapshot} of {@link dev.imprint.training.Example}s.
 *
 * <p>{@link dev.imprint.training.Trainer} makes a {@link dev.imprint.training.Candidate} of these:
 * {@code Selection} leaves out labels with too few examples, {@link dev.imprint.training.Split}
 * says which ones are learned from and which judge, and {@link dev.imprint.training.Gate} compares
 * the new head with the one that serves.
 */
@NullMarked
package dev.imprint.training;

import org.jspecify.annotations.NullMarked;
