package dev.imprint.leader;

import dev.imprint.runs.TrainingLog;
import dev.imprint.runs.TrainingRuns;
import dev.imprint.tensorflow.head.HeadTrainer;
import dev.imprint.training.Candidate;
import dev.imprint.training.selection.TooFewLabelsException;
import java.io.IOException;
import java.util.Map;
import java.util.function.Consumer;

/** Records each training, however it ends, and shows its epochs while it lasts. */
record RecordedTraining(TrainingRuns runs, LearningMetrics metrics) {
  @FunctionalInterface
  interface Course {
    Candidate run(TrainingLog log) throws TooFewLabelsException, IOException, InterruptedException;
  }

  /**
   * @param settings recorded if it fails; a candidate knows its own
   */
  Candidate run(Map<String, String> settings, Course course)
      throws TooFewLabelsException, IOException, InterruptedException {
    try (TrainingLog log = runs.begin()) {
      try {
        Candidate candidate = course.run(log);
        log.finished(candidate);
        return candidate;
      } catch (TooFewLabelsException | IOException | InterruptedException | RuntimeException e) {
        log.failed(e, settings);
        throw e;
      } finally {
        metrics.epoch(null);
      }
    }
  }

  /** Passes each epoch of a head on to the record, the meters, and those who watch. */
  HeadTrainer.EpochListener epochs(TrainingLog log, Consumer<String> progress) {
    EpochLines lines = new EpochLines(progress, System::nanoTime);
    return epoch -> {
      log.epoch(epoch);
      lines.epoch(epoch);
      metrics.epoch(epoch);
    };
  }
}
