package dev.imprint.tensorflow.head;

import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.backbone.EmbeddingLayers;
import java.util.List;

/**
 * The examples that heads learn from.
 *
 * @param training at least two labels, with the validation part
 * @param validation decides when to stop, then is learned from, too; may be empty
 * @param folds of the training part's examples, then the validation part's
 * @param unlabelled embeddings for {@link HeadTrainer#selfTrain}; may be empty
 */
public record TrainingData(
    LabelledEmbeddings training,
    LabelledEmbeddings validation,
    Folds folds,
    List<Embedding> unlabelled) {
  public TrainingData {
    unlabelled = List.copyOf(unlabelled);
  }

  /** Without folds or unlabelled pictures. */
  public static TrainingData of(LabelledEmbeddings training, LabelledEmbeddings validation) {
    return new TrainingData(training, validation, Folds.NONE, List.of());
  }

  /** The same with other folds, and without unlabelled pictures. */
  public TrainingData withFolds(Folds other) {
    return new TrainingData(training, validation, other, List.of());
  }

  /** The same without views of the examples. */
  public TrainingData withoutViews() {
    return new TrainingData(training.withoutViews(), validation.withoutViews(), folds, unlabelled);
  }

  /** The layers of the embeddings that heads learn from; there must be examples. */
  public EmbeddingLayers learnedFrom() {
    return FeatureScaling.learnedFrom(training.embeddings().get(0).layers(), perLabel());
  }

  /** How many examples a label has, in the mean. */
  double perLabel() {
    LabelledEmbeddings all = all();
    return (double) all.size() / all.labels().stream().distinct().count();
  }

  LabelledEmbeddings all() {
    return training.and(validation);
  }
}
