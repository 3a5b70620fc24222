package dev.imprint.comparison;

import dev.imprint.buffer.BufferConfig;
import dev.imprint.leader.EmbeddingProgress;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.backbone.Backbone;
import dev.imprint.rollout.ModelStore;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import dev.imprint.training.FineTuneTrainer;
import dev.imprint.training.TrainingConfig;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * The means to look into past trainings.
 *
 * @param networks opens them, and trains them again
 * @param progress receives lines to display
 */
public record PastTraining(
    ModelStore store,
    BufferConfig buffer,
    TensorFlowConfig tensorflow,
    Networks networks,
    Consumer<String> progress) {

  /** The networks of versions. */
  public interface Networks {
    /** The one that the version's head takes embeddings of; the caller must close it. */
    Backbone of(ModelVersion version) throws IOException;

    /** The pretrained one that the version is for; the caller must close it. */
    Backbone trunk(ModelVersion version);

    /**
     * Fine-tunes on that one as a leader with these settings does.
     *
     * @throws IOException if there is no room for its files
     */
    FineTuneTrainer tuner(ModelVersion version, TrainingConfig settings) throws IOException;
  }

  void waiting(int pictures) {
    progress.accept(EmbeddingProgress.pictures(pictures));
  }

  void viewsWaiting(int views) {
    progress.accept(EmbeddingProgress.views(views));
  }
}
