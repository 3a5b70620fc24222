package dev.imprint.model;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A trained softmax layer over embeddings. Immutable arrays rather than a graph: there is nothing
 * to close, so one may be shared, and serve again after it has been replaced.
 */
public final class LinearHead implements Head {
  private final String backboneId;
  private final List<String> labels;
  private final float[] weights;
  private final float[] bias;

  /**
   * @param backboneId the {@link Backbone#id()} that it was trained on
   * @param labels one per class, distinct, at least one
   * @param weights dimension × classes, row-major; copied
   * @param bias one per class; copied
   * @throws IllegalArgumentException if the sizes do not match or a number is not finite
   */
  public LinearHead(String backboneId, List<String> labels, float[] weights, float[] bias) {
    this.backboneId = backboneId;
    this.labels = List.copyOf(labels);
    this.weights = weights.clone();
    this.bias = bias.clone();
    int classes = labels.size();
    if (classes == 0 || new HashSet<>(labels).size() != classes) {
      throw new IllegalArgumentException(
          "labels must be distinct, and at least one is needed: " + labels);
    }
    if (bias.length != classes || weights.length == 0 || weights.length % classes != 0) {
      throw new IllegalArgumentException(
          "%d labels, but %d weights and %d biases"
              .formatted(classes, weights.length, bias.length));
    }
    if (!allFinite(weights) || !allFinite(bias)) {
      throw new IllegalArgumentException("a weight is not a finite number");
    }
  }

  @Override
  public String backboneId() {
    return backboneId;
  }

  @Override
  public List<String> labels() {
    return labels;
  }

  @Override
  public int dimension() {
    return weights.length / bias.length;
  }

  /** A copy, dimension × classes, row-major. */
  public float[] weights() {
    return weights.clone();
  }

  /** A copy, one per class. */
  public float[] bias() {
    return bias.clone();
  }

  /** softmax(embeddings · weights + bias). */
  @Override
  public float[][] probabilities(float[][] embeddings) {
    float[][] probabilities = new float[embeddings.length][];
    for (int i = 0; i < embeddings.length; i++) {
      probabilities[i] = softmax(logits(embeddings[i]));
    }
    return probabilities;
  }

  private float[] logits(float[] embedding) {
    if (embedding.length != dimension()) {
      throw new IllegalArgumentException(
          "the embedding has %d numbers, but the head takes %d"
              .formatted(embedding.length, dimension()));
    }
    float[] logits = bias.clone();
    int w = 0;
    for (float x : embedding) {
      for (int c = 0; c < logits.length; c++) {
        logits[c] += x * weights[w++];
      }
    }
    return logits;
  }

  private static float[] softmax(float[] logits) {
    if (!allFinite(logits)) {
      throw new ArithmeticException("the model returned a number that is not finite");
    }
    // Shifted by the maximum, so that exp cannot overflow.
    float max = logits[0];
    for (float logit : logits) {
      max = Math.max(max, logit);
    }
    double sum = 0;
    for (int c = 0; c < logits.length; c++) {
      logits[c] = (float) Math.exp(logits[c] - max);
      sum += logits[c];
    }
    for (int c = 0; c < logits.length; c++) {
      logits[c] = (float) (logits[c] / sum);
    }
    return logits;
  }

  private static boolean allFinite(float[] values) {
    return IntStream.range(0, values.length).allMatch(i -> Float.isFinite(values[i]));
  }

  @Override
  public String toString() {
    return "LinearHead" + labels + " on " + backboneId + ", bias " + Arrays.toString(bias);
  }
}
