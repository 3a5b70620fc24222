package dev.imprint.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which version serves.
 *
 * @param previous what served before, which a rollback goes back to; null if nothing did
 * @param by who decided, for people
 * @param why in words
 */
public record Rollout(
    String serving, @Nullable String previous, Instant at, String by, String why) {}
