package dev.imprint.page.versions;

import dev.imprint.model.ModelVersion;
import dev.imprint.model.Rollout;
import dev.imprint.rollout.Models;

/** What became of a version, as far as the topic {@code models} tells. */
enum VersionState {
  SERVING,
  /** Served before; a rollback goes back to it. */
  PREVIOUS,
  /** Served until an older version took its place again; a rollback goes back to it. */
  ROLLED_BACK,
  /** Passed the gate, and no longer serves. */
  RETIRED,
  /** The gate refused it. */
  REFUSED;

  static VersionState of(ModelVersion version, Models models) {
    Rollout rollout = models.rollout();
    if (rollout != null && version.version().equals(rollout.serving())) {
      return SERVING;
    }
    if (rollout != null && version.version().equals(rollout.previous())) {
      int serving = models.names().indexOf(rollout.serving());
      return serving >= 0 && serving < models.names().indexOf(version.version())
          ? ROLLED_BACK
          : PREVIOUS;
    }
    return version.judgement().promoted() ? RETIRED : REFUSED;
  }
}
