package dev.imprint.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which version serves.
 *
 * @param previous the version that served before, which a rollback restores; null if there was none
 * @param by who decided, for people
 * @param why the reason, for people
 */
public record Rollout(
    String serving, @Nullable String previous, Instant at, String by, String why) {}
