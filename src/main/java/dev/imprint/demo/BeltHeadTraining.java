package dev.imprint.demo;

import dev.imprint.demo.belt.BeltRenderer;
import dev.imprint.demo.belt.Part;
import dev.imprint.demo.belt.Scene;
import dev.imprint.model.RejectedException;
import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.model.head.DenseHead;
import dev.imprint.model.metrics.Metrics;
import dev.imprint.tensorflow.head.HeadTrainer;
import dev.imprint.tensorflow.head.HeadTraining;
import dev.imprint.tensorflow.head.LabelledEmbeddings;
import dev.imprint.tensorflow.head.TrainingData;
import dev.imprint.training.evaluation.Evaluation;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * Makes the demo's head: draws pictures of the belt, embeds them, trains on them, and evaluates the
 * result on pictures drawn with another seed. The same seed gives the same head on the same
 * machine.
 *
 * @param backbone closed by the caller
 */
public record BeltHeadTraining(Backbone backbone, HeadTrainer trainer) {
  /**
   * Number of pictures that the bundled head was trained on, with {@link #SEED} and {@link
   * Scene#USUAL}.
   */
  public static final int PICTURES = 1600;

  public static final long SEED = 1;

  /** Pictures per backbone batch; they share their belts. */
  private static final int BATCH = 32;

  private static final double VALIDATION_PART = 0.1;

  /** Keeps the evaluation pictures apart from the training pictures. */
  private static final long JUDGING = 0x9e3779b97f4a7c15L;

  /**
   * A head and its accuracy on pictures that it was not trained on.
   *
   * @param accuracy in 0..1
   * @param summary lines for people: the accuracy, and for each part what it was predicted as
   */
  public record TrainedBeltHead(DenseHead head, double accuracy, List<String> summary) {}

  /**
   * Trains a head for the scene's parts.
   *
   * @param pictures number to train on, spread about evenly over the scene's parts; the same number
   *     again is drawn for evaluation
   * @param step called after each picture, so {@code 2 * pictures} times
   */
  public TrainedBeltHead run(Scene scene, int pictures, long seed, Runnable step)
      throws InterruptedException {
    LabelledEmbeddings examples = embeddings(scene, pictures, new SplittableRandom(seed), step);
    LabelledEmbeddings.TrainingSets split = examples.split(VALIDATION_PART, new Random(seed));
    DenseHead head =
        trainer
            .train(
                backbone.id(),
                TrainingData.of(split.training(), split.validation()),
                HeadTraining.withSeed(seed),
                HeadTrainer.EpochListener.NONE)
            .head();
    SplittableRandom fresh = new SplittableRandom(seed ^ JUDGING);
    LabelledEmbeddings judged = embeddings(scene, pictures, fresh, step);
    List<String> answers =
        head.predict(judged.embeddings().stream().map(Embedding::numbers).toArray(float[][]::new));
    Metrics metrics = Evaluation.metrics(judged.labels(), answers);
    return new TrainedBeltHead(head, metrics.accuracy(), DemoText.accuracy(metrics));
  }

  private LabelledEmbeddings embeddings(
      Scene scene, int pictures, SplittableRandom random, Runnable step) {
    List<Embedding> embeddings = new ArrayList<>();
    List<String> labels = new ArrayList<>();
    while (labels.size() < pictures) {
      BeltRenderer renderer = new BeltRenderer(random.split());
      List<Pixels> batch = new ArrayList<>();
      while (batch.size() < BATCH && labels.size() < pictures) {
        Part part = scene.parts().get(labels.size() % scene.parts().size());
        batch.add(decode(renderer.draw(part, scene)));
        labels.add(part.label());
        step.run();
      }
      for (float[] numbers : backbone.embed(batch)) {
        embeddings.add(Embedding.of(numbers, backbone.layers()));
      }
    }
    return new LabelledEmbeddings(embeddings, labels);
  }

  private Pixels decode(byte[] picture) {
    try {
      return backbone.decoder().decode(picture);
    } catch (RejectedException e) {
      throw new IllegalStateException("the demo's own picture was refused: " + e.getMessage(), e);
    }
  }
}
