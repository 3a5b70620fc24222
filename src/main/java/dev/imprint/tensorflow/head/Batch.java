package dev.imprint.tensorflow.head;

import dev.imprint.model.backbone.Embedding;
import java.util.List;
import java.util.stream.Stream;

/**
 * Examples for one step of some heads.
 *
 * @param targets a distribution over the classes: examples × heads × classes
 * @param weights how much each counts in a head's loss: examples × heads
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Batch(List<Embedding> embeddings, float[] targets, float[] weights) {
  /** Both together, each with half of every head's weight; the sum of the weights stays. */
  Batch halfAnd(Batch other) {
    int heads = weights.length / embeddings.size();
    float[] itsWeights = other.weights.clone();
    float[] halves = weights.clone();
    for (int head = 0; head < heads; head++) {
      double total = sum(weights, head, heads);
      double others = sum(itsWeights, head, heads);
      double factor = others == 0 ? 0 : total / others / 2;
      scale(itsWeights, head, heads, factor);
      scale(halves, head, heads, others == 0 ? 1 : 0.5);
    }
    return new Batch(
        Stream.concat(embeddings.stream(), other.embeddings.stream()).toList(),
        concatenated(targets, other.targets),
        concatenated(halves, itsWeights));
  }

  private static double sum(float[] weights, int head, int heads) {
    double sum = 0;
    for (int i = head; i < weights.length; i += heads) {
      sum += weights[i];
    }
    return sum;
  }

  private static void scale(float[] weights, int head, int heads, double factor) {
    for (int i = head; i < weights.length; i += heads) {
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
