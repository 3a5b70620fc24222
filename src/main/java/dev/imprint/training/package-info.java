/**
 * From examples to a judged head: the split, the training run, its evaluation and the gate.
 *
 * <p>{@link dev.imprint.training.Trainer} turns {@link dev.imprint.buffer.Example}s into a {@link
 * dev.imprint.training.Candidate}: {@code Selection} leaves out labels with too few examples,
 * {@link dev.imprint.training.Split} decides which examples are for learning and which for judging,
 * and {@link dev.imprint.training.Gate} compares the new head with the serving one. {@link
 * dev.imprint.training.FineTuneTrainer} does the same for a network's last layers.
 */
@NullMarked
package dev.imprint.training;

import org.jspecify.annotations.NullMarked;
