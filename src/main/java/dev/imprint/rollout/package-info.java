/**
 * Publishing and following versions, and the leader that decides which one serves.
 *
 * <p>{@link dev.imprint.rollout.Models} is the state of the topic {@code models}; {@link
 * dev.imprint.rollout.Publisher} writes it as the holder of the one transactional id, and {@link
 * dev.imprint.rollout.ModelFollower} makes every instance serve accordingly. {@link
 * dev.imprint.rollout.ManualRollout} decides without a leader, {@link
 * dev.imprint.rollout.ModelStore} only reads.
 *
 * <p>A {@link dev.imprint.rollout.Leader} runs on every instance and waits to be elected. Once it
 * is, its {@link dev.imprint.rollout.Leadership} carries out the requests sent with {@link
 * dev.imprint.rollout.Commands} and answered by {@link dev.imprint.rollout.Answers}, and trains
 * ({@code TrainingRun}) when a command or a {@link dev.imprint.rollout.Trigger} says so. It knows
 * only the interface {@link dev.imprint.rollout.Retraining}; {@link
 * dev.imprint.rollout.BufferRetraining} trains from a buffer.
 */
@NullMarked
package dev.imprint.rollout;

import org.jspecify.annotations.NullMarked;
