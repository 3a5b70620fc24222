package dev.imprint.tensorflow.head;

import java.util.Arrays;
import java.util.List;

/**
 * How each number of an embedding is shifted and divided in training.
 *
 * <p>The divisor is half-way (the geometric mean) between the number's own standard deviation and
 * that of all: full standardization gives numbers that hardly vary the same weight as those that
 * distinguish classes (on the photographs of docs/BENCHMARKS.md it costs 0.2 points of accuracy,
 * 0.9 with ten examples per class), and a single divisor for all drowns a layer of small numbers
 * next to one of large ones.
 *
 * @param mean one per number
 * @param divisor one per number; above 0
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record FeatureScaling(float[] mean, float[] divisor) {
  private static final double CONSTANT = 1e-6;

  /**
   * @param embeddings at least one
   */
  public static FeatureScaling of(List<float[]> embeddings) {
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
    double usual = Math.sqrt(Arrays.stream(squares).sum() / embeddings.size() / dimension);
    float[] mean = new float[dimension];
    float[] divisor = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      mean[i] = (float) (sum[i] / embeddings.size());
      double own = Math.sqrt(squares[i] / embeddings.size());
      divisor[i] = own < CONSTANT ? 1 : (float) Math.sqrt(own * usual);
    }
    return new FeatureScaling(mean, divisor);
  }

  /**
   * Weights for raw embeddings from weights for scaled ones.
   *
   * @param weights dimension × classes, row-major
   */
  public float[] unscaledWeights(float[] weights) {
    int classes = weights.length / mean.length;
    float[] unscaled = new float[weights.length];
    for (int i = 0; i < weights.length; i++) {
      unscaled[i] = weights[i] / divisor[i / classes];
    }
    return unscaled;
  }

  /** The bias that goes with {@link #unscaledWeights}. */
  public float[] unscaledBias(float[] weights, float[] bias) {
    int classes = bias.length;
    double[] unscaled = new double[classes];
    Arrays.setAll(unscaled, c -> bias[c]);
    for (int i = 0; i < weights.length; i++) {
      unscaled[i % classes] -= (double) weights[i] * mean[i / classes] / divisor[i / classes];
    }
    float[] result = new float[classes];
    for (int c = 0; c < classes; c++) {
      result[c] = (float) unscaled[c];
    }
    return result;
  }

  /** The reverse of {@link #unscaledWeights}. */
  public float[] scaledWeights(float[] unscaled) {
    int classes = unscaled.length / mean.length;
    float[] weights = new float[unscaled.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = unscaled[i] * divisor[i / classes];
    }
    return weights;
  }

  /** The reverse of {@link #unscaledBias}. */
  public float[] scaledBias(float[] unscaledWeights, float[] unscaledBias) {
    int classes = unscaledBias.length;
    double[] sums = new double[classes];
    for (int i = 0; i < unscaledWeights.length; i++) {
      sums[i % classes] += (double) unscaledWeights[i] * mean[i / classes];
    }
    float[] bias = new float[classes];
    for (int c = 0; c < classes; c++) {
      bias[c] = (float) (unscaledBias[c] + sums[c]);
    }
    return bias;
  }
}
