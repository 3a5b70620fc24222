/** Publishing and following versions, and the leader that decides which one serves. */
@NullMarked
package dev.imprint.rollout;

import org.jspecify.annotations.NullMarked;
