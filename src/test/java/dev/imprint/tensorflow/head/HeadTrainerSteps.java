package dev.imprint.tensorflow.head;

import static dev.imprint.tensorflow.head.ClassWeights.BALANCED;
import static dev.imprint.tensorflow.head.HeadTrainer.EpochListener.NONE;
import static dev.imprint.tensorflow.head.Optimizer.ADAM;

import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.head.DenseHead;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Heads trained on clouds of numbers, one for each label. */
class HeadTrainerSteps {
  static final List<String> LABELS = List.of("bolt", "gear", "nut");
  static final int DIMENSION = 20;
  static final HiddenLayers NO_LAYERS = HiddenLayers.NONE;

  final HeadTrainer trainer = new HeadTrainer(TensorFlowConfig.DEFAULT);

  DenseHead train(LabelledEmbeddings examples, HeadTraining settings) throws InterruptedException {
    LabelledEmbeddings.TrainingSets split = examples.split(0.2, new Random(1));
    return trainer
        .train("backbone", TrainingData.of(split.training(), split.validation()), settings, NONE)
        .head();
  }

  static HeadTraining settings(boolean balanced, int epochs) {
    ClassWeights classWeights = balanced ? BALANCED : ClassWeights.NONE;
    return new HeadTraining(epochs, 10, 64, ADAM, 0.01f, 0, 0, 0, classWeights, NO_LAYERS, 3);
  }

  /** One normal cloud per class, each far out along its own axis. */
  static LabelledEmbeddings clusters(int bolts, int gears, int nuts, long seed) {
    Random random = new Random(seed);
    List<float[]> embeddings = new ArrayList<>();
    List<String> labels = new ArrayList<>();
    int[] counts = {bolts, gears, nuts};
    for (int c = 0; c < counts.length; c++) {
      for (int i = 0; i < counts[c]; i++) {
        embeddings.add(embedding(random, c, 4));
        labels.add(LABELS.get(c));
      }
    }
    return labelled(embeddings, labels);
  }

  static LabelledEmbeddings labelled(List<float[]> embeddings, List<String> labels) {
    return new LabelledEmbeddings(embeddings.stream().map(Embedding::of).toList(), labels);
  }

  static float[] embedding(Random random, int axis, float distance) {
    float[] embedding = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      // Scales and means differ from number to number, as they do in real embeddings.
      embedding[i] = (float) random.nextGaussian() * (i + 1) + 3 * i;
    }
    embedding[axis] += distance * (axis + 1);
    return embedding;
  }

  /** One per label, in the head's order. */
  static List<Double> recall(DenseHead head, LabelledEmbeddings examples) {
    List<String> predicted =
        head.predict(
            examples.embeddings().stream().map(Embedding::numbers).toArray(float[][]::new));
    double[] right = new double[head.labels().size()];
    double[] all = new double[right.length];
    for (int i = 0; i < examples.size(); i++) {
      int truth = head.labels().indexOf(examples.labels().get(i));
      all[truth]++;
      right[truth] += predicted.get(i).equals(examples.labels().get(i)) ? 1 : 0;
    }
    List<Double> recalls = new ArrayList<>();
    for (int c = 0; c < all.length; c++) {
      recalls.add(right[c] / all[c]);
    }
    return recalls;
  }
}
