package dev.imprint.tensorflow.head;

import java.util.Arrays;

/** How much the examples of each class count in the loss. */
public enum ClassWeights {
  /** Each example the same, so that frequent classes count more. */
  NONE,
  /** Each class with examples the same, however many it has. */
  BALANCED,
  /** Balanced, but an example at most {@value #MOST} times what it would count without weights. */
  CAPPED;

  private static final float MOST = 5;

  /**
   * How much an example of each class counts; 1 in the mean of all examples.
   *
   * @param counts how many examples each class has
   */
  public float[] of(int[] counts) {
    float[] weights = new float[counts.length];
    if (this == NONE) {
      Arrays.fill(weights, 1);
      return weights;
    }
    int examples = Arrays.stream(counts).sum();
    long present = Arrays.stream(counts).filter(count -> count > 0).count();
    double sum = 0;
    for (int c = 0; c < weights.length; c++) {
      weights[c] = counts[c] == 0 ? 0 : (float) examples / present / counts[c];
      weights[c] = this == CAPPED ? Math.min(MOST, weights[c]) : weights[c];
      sum += (double) weights[c] * counts[c];
    }
    for (int c = 0; this == CAPPED && c < weights.length; c++) {
      weights[c] *= (float) (examples / sum);
    }
    return weights;
  }
}
