package dev.imprint.page.feed;

import dev.imprint.model.CheckResult;
import org.jspecify.annotations.Nullable;

/**
 * The state of this instance.
 *
 * @param serving the version that it serves with; null until it does
 */
public record InstanceState(CheckResult.Status health, @Nullable String serving) {}
