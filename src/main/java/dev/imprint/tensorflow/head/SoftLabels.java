package dev.imprint.tensorflow.head;

import dev.imprint.model.Embedding;
import dev.imprint.model.LinearHead;
import java.util.Arrays;
import java.util.List;

/**
 * Pictures without labels, each with what heads take it for: for every layer, the probabilities by
 * that layer's own head, so that no fold's head learns of its fold through another one.
 *
 * <p>The probabilities are sharpened, a picture counts by their largest, and every class counts
 * about the same: otherwise the largest ones would grow (soft self-training; the reasons for each
 * are in Xie et al. 2020, "Self-training with Noisy Student").
 *
 * @param targets of each picture: layers × classes
 * @param weights of each picture: layers
 */
record SoftLabels(List<Embedding> embeddings, float[][] targets, float[][] weights) {
  /** Of the mean: what a class that hardly occurs may be raised to is limited. */
  private static final double LEAST_MASS = 0.2;

  /**
   * @param heads one per layer, each for some of the labels
   * @param labels the name of each class
   */
  static SoftLabels of(List<Embedding> embeddings, List<LinearHead> heads, List<String> labels) {
    int classes = labels.size();
    float[][] targets = new float[embeddings.size()][heads.size() * classes];
    float[][] weights = new float[embeddings.size()][heads.size()];
    for (int layer = 0; layer < heads.size(); layer++) {
      LinearHead head = heads.get(layer);
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
          targets[i][layer * classes + numbers[c]] = (float) sharpened;
          mass[numbers[c]] += largest * sharpened;
        }
        weights[i][layer] = largest;
      }
      balance(targets, weights, layer, mass);
    }
    return new SoftLabels(embeddings, targets, weights);
  }

  private static void balance(float[][] targets, float[][] weights, int layer, double[] mass) {
    double mean = Arrays.stream(mass).average().orElse(0);
    for (int i = 0; i < targets.length; i++) {
      double factor = 0;
      for (int c = 0; c < mass.length; c++) {
        double its = Math.max(mass[c], LEAST_MASS * mean);
        factor += targets[i][layer * mass.length + c] * mean / its;
      }
      weights[i][layer] *= (float) factor;
    }
  }

  Batch batch(int[] chosen) {
    int layers = weights[0].length;
    int width = targets[0].length;
    float[] itsTargets = new float[chosen.length * width];
    float[] itsWeights = new float[chosen.length * layers];
    for (int i = 0; i < chosen.length; i++) {
      System.arraycopy(targets[chosen[i]], 0, itsTargets, i * width, width);
      System.arraycopy(weights[chosen[i]], 0, itsWeights, i * layers, layers);
    }
    return new Batch(
        Arrays.stream(chosen).mapToObj(embeddings::get).toList(), itsTargets, itsWeights);
  }

  int size() {
    return embeddings.size();
  }
}
