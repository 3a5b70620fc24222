package dev.imprint.leader;

import dev.imprint.model.ModelVersion.TrainingStart;
import java.time.Instant;

/** A training without a command. */
record OwnTraining(String id, TrainingStart start) implements Reported {
  /** One at a time begins, so the time tells them apart. */
  static OwnTraining begun(TrainingStart start, Instant at) {
    return new OwnTraining("training-" + at, start);
  }
}
