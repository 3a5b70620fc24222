/**
 * The view of versions: each with its figures, what changed, and the decisions about them.
 *
 * <p>Versions are read from what the instance's follower knows ({@code VersionViews}), and their
 * examples from Kafka on demand ({@code VersionChanges}). {@code Previews} says what a decision
 * would do, {@link dev.imprint.page.commands.LeaderCommands} sends it to the leader as the command
 * line does, and {@link dev.imprint.page.versions.VersionsFeed} tells browsers how it goes on.
 */
@NullMarked
package dev.imprint.page.versions;

import org.jspecify.annotations.NullMarked;
