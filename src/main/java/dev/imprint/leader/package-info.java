/**
 * The leader: decides when to train, trains, and carries out commands.
 *
 * <p>A {@link dev.imprint.leader.Leader} runs on every instance and waits to be elected. Once it
 * is, its {@link dev.imprint.leader.Leadership} carries out the requests sent with {@link
 * dev.imprint.leader.Commands} and answered by {@link dev.imprint.leader.Answers}, and trains
 * ({@code TrainingRun}) when a command or a {@code TrainingSchedule} says so. It knows only the
 * interface {@link dev.imprint.leader.Retraining}; {@link dev.imprint.leader.BufferRetraining}
 * trains from a buffer.
 */
@NullMarked
package dev.imprint.leader;

import org.jspecify.annotations.NullMarked;
