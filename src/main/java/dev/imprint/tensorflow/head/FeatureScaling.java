package dev.imprint.tensorflow.head;

import dev.imprint.model.Embedding;
import dev.imprint.model.EmbeddingLayers;
import dev.imprint.model.EmbeddingLayers.Layer;
import java.util.Arrays;
import java.util.List;

/**
 * How each number of an embedding is shifted and divided in training.
 *
 * <p>The divisor is half-way (the geometric mean) between the number's own standard deviation and
 * that of its layer: full standardization gives numbers that hardly vary the same weight as those
 * that distinguish classes (on the photographs of docs/BENCHMARKS.md it costs 0.2 points of
 * accuracy, 0.9 with ten examples per class), and a single divisor for all drowns a layer of small
 * numbers next to one of large ones.
 *
 * <p>Earlier layers than the last are scaled down as long as examples are few: they help once there
 * are some tens of a class, and mislead before. Scaled features are learned from in proportion, so
 * this is a soft choice of layers, without a second candidate to train and compare.
 *
 * @param mean one per number
 * @param divisor one per number; above 0
 * @param pace factor of the learning rate by which all layers together are learned from as fast as
 *     the last one alone
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record FeatureScaling(float[] mean, float[] divisor, float pace) {
  private static final double CONSTANT = 1e-6;

  /** Examples per class from which on earlier layers count as much as the last. */
  private static final double ENOUGH = 50;

  /**
   * @param examples at least one
   * @param classes how many there are
   */
  static FeatureScaling of(LabelledEmbeddings examples, int classes) {
    List<Embedding> embeddings = examples.embeddings();
    EmbeddingLayers layers = embeddings.get(0).layers();
    double earlier = Math.min(1, examples.size() / ENOUGH / classes);
    double[] mean = new double[layers.dimension()];
    for (Embedding embedding : embeddings) {
      float[] numbers = embedding.numbers();
      for (int i = 0; i < mean.length; i++) {
        mean[i] += (double) numbers[i] / embeddings.size();
      }
    }
    double[] variance = new double[mean.length];
    for (Embedding embedding : embeddings) {
      float[] numbers = embedding.numbers();
      for (int i = 0; i < mean.length; i++) {
        double difference = numbers[i] - mean[i];
        variance[i] += difference * difference / embeddings.size();
      }
    }
    double last = layers.last().size();
    double pace = last / (last + earlier * (layers.dimension() - last));
    return new FeatureScaling(
        floats(mean), floats(divisor(variance, layers, earlier)), (float) pace);
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

  /**
   * Weights for raw embeddings from weights for scaled ones.
   *
   * @param weights dimension × classes, row-major
   */
  float[] unscaledWeights(float[] weights) {
    int classes = weights.length / mean.length;
    float[] unscaled = new float[weights.length];
    for (int i = 0; i < weights.length; i++) {
      unscaled[i] = weights[i] / divisor[i / classes];
    }
    return unscaled;
  }

  /** The bias that goes with {@link #unscaledWeights}. */
  float[] unscaledBias(float[] weights, float[] bias) {
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
}
