/**
 * Versions and which one serves, as recorded on the topics {@code models} and {@code artifacts}.
 *
 * <p>{@link dev.imprint.rollout.Models} is the state of the topic {@code models}; {@link
 * dev.imprint.rollout.Publisher} writes it as the holder of the one transactional id, and {@link
 * dev.imprint.rollout.ModelFollower} makes every instance serve accordingly. {@link
 * dev.imprint.rollout.ManualRollout} decides without a leader, {@link
 * dev.imprint.rollout.ModelStore} only reads.
 */
@NullMarked
package dev.imprint.rollout;

import org.jspecify.annotations.NullMarked;
