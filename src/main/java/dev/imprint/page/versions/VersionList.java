package dev.imprint.page.versions;

import dev.imprint.model.Rollout;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A page of the versions.
 *
 * @param versions the newest first
 * @param total number of all versions
 * @param next to pass as {@code before} for the next page; null if this is the last
 * @param rollout which version serves, since when and why; null if none was rolled out
 * @param unreadable why a record could not be read, by its key
 */
record VersionList(
    List<VersionSummary> versions,
    int total,
    @Nullable String next,
    @Nullable Rollout rollout,
    Map<String, String> unreadable) {
  VersionList {
    versions = List.copyOf(versions);
    unreadable = Map.copyOf(unreadable);
  }
}
