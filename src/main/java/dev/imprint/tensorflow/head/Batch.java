package dev.imprint.tensorflow.head;

import dev.imprint.model.Embedding;
import java.util.List;
import java.util.stream.Stream;

/**
 * Examples for one step of some softmax layers.
 *
 * @param targets a distribution over the classes: examples × layers × classes
 * @param weights how much each counts in a layer's loss: examples × layers
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Batch(List<Embedding> embeddings, float[] targets, float[] weights) {
  /** Both together, each with half of every layer's weight; the sum of the weights stays. */
  Batch halfAnd(Batch other) {
    int layers = weights.length / embeddings.size();
    float[] itsWeights = other.weights.clone();
    float[] halves = weights.clone();
    for (int layer = 0; layer < layers; layer++) {
      double total = sum(weights, layer, layers);
      double others = sum(itsWeights, layer, layers);
      double factor = others == 0 ? 0 : total / others / 2;
      scale(itsWeights, layer, layers, factor);
      scale(halves, layer, layers, others == 0 ? 1 : 0.5);
    }
    return new Batch(
        Stream.concat(embeddings.stream(), other.embeddings.stream()).toList(),
        concatenated(targets, other.targets),
        concatenated(halves, itsWeights));
  }

  private static double sum(float[] weights, int layer, int layers) {
    double sum = 0;
    for (int i = layer; i < weights.length; i += layers) {
      sum += weights[i];
    }
    return sum;
  }

  private static void scale(float[] weights, int layer, int layers, double factor) {
    for (int i = layer; i < weights.length; i += layers) {
      weights[i] *= (float) factor;
    }
  }

  private static float[] concatenated(float[] first, float[] second) {
    float[] both = new float[first.length + second.length];
    System.arraycopy(first, 0, both, 0, first.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
