package dev.imprint.tensorflow.head;

import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.head.DenseHead;
import java.util.Arrays;
import java.util.List;

/**
 * Pictures without labels, each with what heads take it for: for every head, its own probabilities,
 * so that no fold's head learns of its fold through another one.
 *
 * <p>The probabilities are sharpened, a picture counts by their largest, and every class counts
 * about the same: otherwise the largest ones would grow (soft self-training; the reasons for each
 * are in Xie et al. 2020, "Self-training with Noisy Student").
 *
 * @param targets of each picture: heads × classes
 * @param weights of each picture: heads
 */
record SoftLabels(List<Embedding> embeddings, float[][] targets, float[][] weights) {
  /** Of the mean: what a class that hardly occurs may be raised to is limited. */
  private static final double LEAST_MASS = 0.2;

  /**
   * @param heads each for some of the labels
   * @param labels the name of each class
   */
  static SoftLabels of(List<Embedding> embeddings, List<DenseHead> heads, List<String> labels) {
    int classes = labels.size();
    float[][] targets = new float[embeddings.size()][heads.size() * classes];
    float[][] weights = new float[embeddings.size()][heads.size()];
    for (int h = 0; h < heads.size(); h++) {
      DenseHead head = heads.get(h);
      int[] numbers = head.labels().stream().mapToInt(labels::indexOf).toArray();
      float[][] probabilities =
          embeddings.stream()
              .map(each -> head.probabilities(each.numbers()))
              .toArray(float[][]::new);
      double[] mass = new double[classes];
      for (int i = 0; i < probabilities.length; i++) {
        float largest = 0;
        double squares = 0;
        for (float probability : probabilities[i]) {
          largest = Math.max(largest, probability);
          squares += (double) probability * probability;
        }
        for (int c = 0; c < numbers.length; c++) {
          double sharpened = probabilities[i][c] * probabilities[i][c] / squares;
          targets[i][h * classes + numbers[c]] = (float) sharpened;
          mass[numbers[c]] += largest * sharpened;
        }
        weights[i][h] = largest;
      }
      balance(targets, weights, h, mass);
    }
    return new SoftLabels(embeddings, targets, weights);
  }

  private static void balance(float[][] targets, float[][] weights, int head, double[] mass) {
    double mean = Arrays.stream(mass).average().orElse(0);
    for (int i = 0; i < targets.length; i++) {
      double factor = 0;
      for (int c = 0; c < mass.length; c++) {
        double its = Math.max(mass[c], LEAST_MASS * mean);
        factor += targets[i][head * mass.length + c] * mean / its;
      }
      weights[i][head] *= (float) factor;
    }
  }

  Batch batch(int[] chosen) {
    int heads = weights[0].length;
    int width = targets[0].length;
    float[] itsTargets = new float[chosen.length * width];
    float[] itsWeights = new float[chosen.length * heads];
    for (int i = 0; i < chosen.length; i++) {
      System.arraycopy(targets[chosen[i]], 0, itsTargets, i * width, width);
      System.arraycopy(weights[chosen[i]], 0, itsWeights, i * heads, heads);
    }
    return new Batch(
        Arrays.stream(chosen).mapToObj(embeddings::get).toList(), itsTargets, itsWeights);
  }

  int size() {
    return embeddings.size();
  }
}
