/**
 * Publishing and following versions, and the leader that decides which one serves.
 *
 * <p>{@link dev.imprint.rollout.Models} is what the topic {@code models} says; {@link
 * dev.imprint.rollout.Publisher} writes it for whoever holds the one transactional id, and {@link
 * dev.imprint.rollout.ModelFollower} makes every instance serve what it says. {@link
 * dev.imprint.rollout.ManualRollout} decides without a leader, {@link
 * dev.imprint.rollout.ModelStore} only looks.
 *
 * <p>A {@link dev.imprint.rollout.Leader} runs on every instance and waits to be elected. While it
 * is, its {@link dev.imprint.rollout.Leadership} carries out what is asked for by {@link
 * dev.imprint.rollout.Commands} and answered by {@link dev.imprint.rollout.Answers}, and trains
 * ({@code TrainingRun}) when that or a {@link dev.imprint.rollout.Trigger} says so. What is
 * trained, and how, it knows as {@link dev.imprint.rollout.Retraining} alone; {@link
 * dev.imprint.rollout.Learning} is that over a buffer.
 */
@NullMarked
package dev.imprint.rollout;

import org.jspecify.annotations.NullMarked;
