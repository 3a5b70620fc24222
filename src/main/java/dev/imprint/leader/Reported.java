package dev.imprint.leader;

import dev.imprint.model.ModelVersion.TrainingStart;
import org.jspecify.annotations.Nullable;

/** Work about whose progress and result the leader writes answers. */
sealed interface Reported permits PendingCommand, OwnTraining {
  /** Key of the answers. */
  String id();

  /** Why the leader trains without a command; null if it has one. */
  @Nullable TrainingStart start();
}
