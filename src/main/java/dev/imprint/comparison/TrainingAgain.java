package dev.imprint.comparison;

import dev.imprint.buffer.Example;
import dev.imprint.buffer.StoredExamples;
import dev.imprint.event.HeadFile;
import dev.imprint.event.TopFile;
import dev.imprint.leader.FineTuneProgress;
import dev.imprint.leader.LearningMetrics;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.TunedTop;
import dev.imprint.model.backbone.Backbone;
import dev.imprint.runs.TrainingLog;
import dev.imprint.tensorflow.head.HeadTrainer;
import dev.imprint.training.Candidate;
import dev.imprint.training.Material;
import dev.imprint.training.Trainer;
import dev.imprint.training.TrainingConfig;
import dev.imprint.training.selection.TooFewLabelsException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Trains a version again, and compares the result with what was published. */
record TrainingAgain(
    ModelVersion version,
    HeadFile published,
    TrainingConfig settings,
    StoredExamples stored,
    PastTraining past) {

  /**
   * A result.
   *
   * @param material that it has learned from
   * @param network null if only a head was trained
   */
  record Compared(Material material, HeadComparison head, @Nullable NetworkComparison network) {}

  /**
   * @param trunk the pretrained network
   * @param material without views, as that network sees it
   */
  Compared run(Backbone trunk, Material material)
      throws TooFewLabelsException, IOException, InterruptedException {
    return version.network() == null ? head(trunk, material) : network(trunk, material);
  }

  private Compared head(Backbone trunk, Material material)
      throws TooFewLabelsException, IOException, InterruptedException {
    Trainer trainer =
        new Trainer(
            new HeadTrainer(past.tensorflow()), settings, trunk.precision(), System::nanoTime);
    List<Example> examples = material.examples();
    Material all =
        new Material(
            examples,
            material.unlabelled(),
            stored.views(trunk, trainer.views(examples), past::viewsWaiting));
    past.progress().accept("training");
    Candidate again =
        trainer.train(all, null, List.of(), version.backboneId(), HeadTrainer.EpochListener.NONE);
    return new Compared(all, HeadComparison.of(published, again, examples, examples), null);
  }

  private Compared network(Backbone trunk, Material material)
      throws TooFewLabelsException, IOException, InterruptedException {
    past.progress()
        .accept(
            "fine-tuning on %d pictures; it took %.0f s then"
                .formatted(material.examples().size(), version.training().seconds()));
    FineTuneProgress progress =
        new FineTuneProgress(
            TrainingLog.none(), past.progress(), LearningMetrics.NOOP, System::nanoTime);
    Candidate again =
        past.networks()
            .tuner(version, settings)
            .train(material.examples(), stored, trunk, null, List.of(), progress);
    byte[] before = Objects.requireNonNull(past.store().network(version));
    byte[] after = Objects.requireNonNull(again.network()).weights();
    NetworkComparison networks = NetworkComparison.of(top(before), top(after));
    HeadComparison heads = HeadComparison.of(published, again, List.of(), List.of());
    if (!networks.identical() || !heads.identical()) {
      List<Example> examples = material.examples();
      heads =
          HeadComparison.of(
              published, again, seen(trunk, before, examples), seen(trunk, after, examples));
    }
    return new Compared(material, heads, networks);
  }

  private static TunedTop top(byte[] weights) throws IOException {
    return TopFile.read(new ByteArrayInputStream(weights));
  }

  private List<Example> seen(Backbone trunk, byte[] weights, List<Example> examples)
      throws IOException, InterruptedException {
    try (Backbone tuned = trunk.tuned(weights)) {
      return stored.seenBy(tuned, examples, past::waiting);
    }
  }
}
