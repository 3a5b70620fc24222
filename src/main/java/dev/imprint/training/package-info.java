/**
 * From examples to a judged head.
 *
 * <p>{@link dev.imprint.training.Trainer} turns {@link dev.imprint.buffer.Example}s into a {@link
 * dev.imprint.training.Candidate}: {@code training.selection} decides which examples are for
 * learning and which for judging, {@code training.evaluation} measures the new head's answers, and
 * {@code training.gate} compares it with the serving one. {@link
 * dev.imprint.training.FineTuneTrainer} does the same for a network's last layers.
 */
@NullMarked
package dev.imprint.training;

import org.jspecify.annotations.NullMarked;
