package dev.imprint.page.versions;

import dev.imprint.model.CheckResult;
import dev.imprint.model.Rollout;
import dev.imprint.page.feed.VersionAccuracy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which versions there are and which one serves; sent when that changes.
 *
 * @param serving the version that this instance serves with; null until it does
 * @param rollout which version should serve on all of them; null if none was rolled out
 * @param newest the version published last; null if there is none
 * @param accuracy live, by version, the newest first
 * @param problem why this may be old; null if it is not
 */
record VersionsNow(
    CheckResult.Status health,
    @Nullable String serving,
    @Nullable Rollout rollout,
    @Nullable String newest,
    List<VersionAccuracy> accuracy,
    @Nullable String problem) {
  VersionsNow {
    accuracy = List.copyOf(accuracy);
  }
}
