package dev.imprint.tensorflow;

import java.util.Arrays;
import java.util.List;

/**
 * The mean and deviation of each number of an embedding, so that all weigh alike in training.
 *
 * @param mean one a number
 * @param deviation one a number; 1 where the number never changes
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record FeatureScaling(float[] mean, float[] deviation) {
  private static final double CONSTANT = 1e-6;

  /**
   * @param embeddings at least one
   */
  static FeatureScaling of(List<float[]> embeddings) {
    int dimension = embeddings.get(0).length;
    double[] sum = new double[dimension];
    for (float[] embedding : embeddings) {
      for (int i = 0; i < dimension; i++) {
        sum[i] += embedding[i];
      }
    }
    double[] squares = new double[dimension];
    for (float[] embedding : embeddings) {
      for (int i = 0; i < dimension; i++) {
        double difference = embedding[i] - sum[i] / embeddings.size();
        squares[i] += difference * difference;
      }
    }
    float[] mean = new float[dimension];
    float[] deviation = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      mean[i] = (float) (sum[i] / embeddings.size());
      double root = Math.sqrt(squares[i] / embeddings.size());
      deviation[i] = root < CONSTANT ? 1 : (float) root;
    }
    return new FeatureScaling(mean, deviation);
  }

  /**
   * Weights for raw embeddings from weights for scaled ones.
   *
   * @param weights dimension × classes, row-major
   */
  float[] unscaledWeights(float[] weights) {
    int classes = weights.length / mean.length;
    float[] unscaled = new float[weights.length];
    for (int i = 0; i < weights.length; i++) {
      unscaled[i] = weights[i] / deviation[i / classes];
    }
    return unscaled;
  }

  /** The bias that goes with {@link #unscaledWeights}. */
  float[] unscaledBias(float[] weights, float[] bias) {
    int classes = bias.length;
    double[] unscaled = new double[classes];
    Arrays.setAll(unscaled, c -> bias[c]);
    for (int i = 0; i < weights.length; i++) {
      unscaled[i % classes] -= (double) weights[i] * mean[i / classes] / deviation[i / classes];
    }
    float[] result = new float[classes];
    for (int c = 0; c < classes; c++) {
      result[c] = (float) unscaled[c];
    }
    return result;
  }
}
