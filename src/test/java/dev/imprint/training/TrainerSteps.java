package dev.imprint.training;

import static dev.imprint.tensorflow.head.HeadTrainer.EpochListener.NONE;

import dev.imprint.augmentation.Augmentation;
import dev.imprint.buffer.Example;
import dev.imprint.event.Sha256;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.head.DenseHead;
import dev.imprint.tensorflow.head.HeadTrainer;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import dev.imprint.training.gate.Champion;
import dev.imprint.training.selection.GateConfig;
import dev.imprint.training.selection.Split;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Trainers of heads, and examples for them. */
class TrainerSteps {
  static final int DIMENSION = 120;
  static final long STEP_NANOS = 1_500_000_000;

  final AtomicLong clock = new AtomicLong();
  final Trainer trainer = trainer(GateConfig.DEFAULTS.foldsBelow());
  final Trainer holdingOut = trainer(0);
  final List<Example> examples = new ArrayList<>();

  Trainer trainer(int foldsBelow) {
    return trainer(foldsBelow, Augmentation.DEFAULTS);
  }

  Trainer trainer(int foldsBelow, Augmentation augmentation) {
    return new Trainer(
        new HeadTrainer(TensorFlowConfig.DEFAULT),
        TrainingConfig.DEFAULTS
            .withAugmentation(augmentation)
            .withGate(GateConfig.DEFAULTS.withFoldsBelow(foldsBelow)),
        "bf16",
        () -> clock.getAndAdd(STEP_NANOS));
  }

  Candidate train(@Nullable DenseHead champion) throws Exception {
    return train(trainer, champion);
  }

  Candidate train(Trainer by, @Nullable DenseHead champion) throws Exception {
    return by.train(
        Material.of(examples),
        champion == null
            ? null
            : new Champion(champion, List.of(), Map.of(), Champion.Reembedding.SAME, false),
        List.of(),
        "backbone",
        NONE);
  }

  void add(String label, int count, int axis) {
    for (int i = 0; i < count; i++) {
      add(label, axis, "picture " + examples.size());
    }
  }

  /** Examples on this side of the split. */
  void on(boolean holdout, String label, int count) {
    int found = 0;
    for (int i = 0; found < count; i++) {
      String picture = label + " " + i;
      if ((Split.of(null, sha256(picture)) == Split.HOLDOUT) == holdout) {
        add(label, Math.floorMod(label.hashCode(), DIMENSION), picture);
        found++;
      }
    }
  }

  void add(String label, int axis, String picture) {
    Random random = new Random(examples.size());
    float[] embedding = new float[DIMENSION];
    for (int d = 0; d < DIMENSION; d++) {
      embedding[d] = (float) random.nextGaussian();
    }
    embedding[axis] += 8;
    examples.add(
        new Example(
            "%05d".formatted(examples.size()),
            label,
            sha256(picture),
            null,
            Instant.EPOCH,
            Embedding.of(embedding)));
  }

  static String sha256(String text) {
    return Sha256.hex(text.getBytes(StandardCharsets.UTF_8));
  }
}
