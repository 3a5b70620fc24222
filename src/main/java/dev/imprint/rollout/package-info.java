/**
 * Publishing and following versions, and the leader that decides which one serves.
 *
 * <p>{@link dev.imprint.rollout.Models} is what the topic {@code models} says; {@link
 * dev.imprint.rollout.Publisher} writes it for whoever holds the one transactional id, and {@link
 * dev.imprint.rollout.ModelFollower} makes every instance serve what it says. {@link
 * dev.imprint.rollout.ByHand} decides without a leader, {@link dev.imprint.rollout.ModelStore} only
 * looks.
 */
@NullMarked
package dev.imprint.rollout;

import org.jspecify.annotations.NullMarked;
