package dev.imprint.tensorflow.head;

import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.backbone.EmbeddingLayers;
import dev.imprint.model.backbone.EmbeddingLayers.Layer;
import java.util.Arrays;
import java.util.List;

/**
 * Which numbers of an embedding are learned from, and how each is shifted and divided.
 *
 * <p>The divisor is half-way (the geometric mean) between the number's own standard deviation and
 * that of its layer: full standardization gives numbers that hardly vary the same weight as those
 * that distinguish classes (on the photographs of docs/BENCHMARKS.md it costs 0.2 points of
 * accuracy, 0.9 with ten examples per class), and a single divisor for all drowns a layer of small
 * numbers next to one of large ones.
 *
 * <p>Layers before the last help once there are some tens of examples per class, and mislead with
 * fewer. So they are left out below {@value #FEW}, and scaled down below {@value #ENOUGH}: Adam
 * learns from a number in proportion to its scale. RATIONALE.md has the measurements.
 *
 * @param leftOut how many numbers at the beginning are not learned from
 * @param mean one per number that is
 * @param divisor likewise; above 0
 * @param pace factor of the learning rate with which all layers together are learned from as fast
 *     as the last one alone
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record FeatureScaling(int leftOut, float[] mean, float[] divisor, float pace) {
  private static final double CONSTANT = 1e-6;
  private static final int FEW = 20;
  private static final int ENOUGH = 50;

  /**
   * @param embeddings at least one, all of the same layers
   * @param perClass how many examples a class has in the mean, including those that are not among
   *     these
   */
  public static FeatureScaling of(List<Embedding> embeddings, double perClass) {
    EmbeddingLayers layers = learnedFrom(embeddings.get(0).layers(), perClass);
    int leftOut = embeddings.get(0).size() - layers.dimension();
    double[] mean = new double[layers.dimension()];
    for (Embedding embedding : embeddings) {
      float[] numbers = embedding.numbers(leftOut);
      for (int i = 0; i < mean.length; i++) {
        mean[i] += (double) numbers[i] / embeddings.size();
      }
    }
    double[] variance = new double[mean.length];
    for (Embedding embedding : embeddings) {
      float[] numbers = embedding.numbers(leftOut);
      for (int i = 0; i < mean.length; i++) {
        double difference = numbers[i] - mean[i];
        variance[i] += difference * difference / embeddings.size();
      }
    }
    double earlier = Math.min(1, perClass / ENOUGH);
    double last = layers.last().size();
    double pace = last / (last + earlier * (mean.length - last));
    return new FeatureScaling(
        leftOut, floats(mean), floats(divisor(variance, layers, earlier)), (float) pace);
  }

  /**
   * The same with the pace in the divisors, where the learning rate is shared with other weights.
   */
  public FeatureScaling paced() {
    float[] divided = divisor.clone();
    for (int i = 0; i < divided.length; i++) {
      divided[i] /= pace;
    }
    return new FeatureScaling(leftOut, mean, divided, 1);
  }

  /** Those of the layers that are not left out. */
  public static EmbeddingLayers learnedFrom(EmbeddingLayers layers, double perClass) {
    return perClass < FEW ? layers.lastAlone() : layers;
  }

  private static double[] divisor(double[] variance, EmbeddingLayers layers, double earlier) {
    double[] divisor = new double[variance.length];
    int from = 0;
    for (Layer layer : layers.all()) {
      int to = from + layer.size();
      double usual = Math.sqrt(Arrays.stream(variance, from, to).average().orElse(0));
      double scale = to == variance.length ? 1 : earlier;
      for (int i = from; i < to; i++) {
        double own = Math.sqrt(variance[i]);
        divisor[i] = own < CONSTANT ? 1 : Math.sqrt(own * usual) / scale;
      }
      from = to;
    }
    return divisor;
  }

  private static float[] floats(double[] numbers) {
    float[] floats = new float[numbers.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) numbers[i];
    }
    return floats;
  }

  /** How many numbers are learned from. */
  int dimension() {
    return mean.length;
  }

  /**
   * Weights for whole raw embeddings from weights for scaled ones; those left out get 0.
   *
   * @param weights {@link #dimension} × classes, row-major
   */
  public float[] unscaledWeights(float[] weights) {
    int classes = weights.length / mean.length;
    float[] unscaled = new float[leftOut * classes + weights.length];
    for (int i = 0; i < weights.length; i++) {
      unscaled[leftOut * classes + i] = weights[i] / divisor[i / classes];
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
    return floats(unscaled);
  }

  /** The reverse of {@link #unscaledWeights}; without weights for what is left out. */
  public float[] scaledWeights(float[] unscaled) {
    int classes = unscaled.length / (leftOut + mean.length);
    float[] weights = new float[mean.length * classes];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = unscaled[leftOut * classes + i] * divisor[i / classes];
    }
    return weights;
  }

  /** The reverse of {@link #unscaledBias}. */
  public float[] scaledBias(float[] unscaledWeights, float[] unscaledBias) {
    int classes = unscaledBias.length;
    double[] sums = new double[classes];
    for (int i = 0; i < mean.length * classes; i++) {
      sums[i % classes] += (double) unscaledWeights[leftOut * classes + i] * mean[i / classes];
    }
    float[] bias = new float[classes];
    for (int c = 0; c < classes; c++) {
      bias[c] = (float) (unscaledBias[c] + sums[c]);
    }
    return bias;
  }
}
