package dev.imprint.model.head;

import java.util.List;
import java.util.stream.IntStream;

/** A trained layer: activation(input · weights + bias). Immutable, so it may be shared. */
public final class DenseLayer {
  private final float[] weights;
  private final float[] bias;
  private final Activation activation;

  /**
   * @param weights inputs × units, row-major; copied
   * @param bias one per unit, at least one; copied
   * @throws IllegalArgumentException if the sizes do not match or a number is not finite
   */
  public DenseLayer(float[] weights, float[] bias, Activation activation) {
    this.weights = weights.clone();
    this.bias = bias.clone();
    this.activation = activation;
    if (bias.length == 0 || weights.length == 0 || weights.length % bias.length != 0) {
      throw new IllegalArgumentException(
          "%d weights do not fit %d biases".formatted(weights.length, bias.length));
    }
    if (!allFinite(weights) || !allFinite(bias)) {
      throw new IllegalArgumentException("a weight is not a finite number");
    }
  }

  /** Number of its inputs. */
  public int inputs() {
    return weights.length / bias.length;
  }

  /** Number of its outputs. */
  public int units() {
    return bias.length;
  }

  public Activation activation() {
    return activation;
  }

  /** A copy, inputs × units, row-major. */
  public float[] weights() {
    return weights.clone();
  }

  /** A copy, one per unit. */
  public float[] bias() {
    return bias.clone();
  }

  /**
   * Its outputs.
   *
   * @throws ArithmeticException if a sum is not a finite number
   */
  float[] of(float[] input) {
    float[] sums = bias.clone();
    int row = 0;
    for (float x : input) {
      if (x != 0) { // half of the numbers after a relu are 0
        for (int u = 0; u < sums.length; u++) {
          sums[u] += x * weights[row + u];
        }
      }
      row += sums.length;
    }
    if (!allFinite(sums)) { // some activations would hide it
      throw new ArithmeticException("the model returned a number that is not finite");
    }
    if (activation != Activation.LINEAR) {
      for (int u = 0; u < sums.length; u++) {
        sums[u] = activation.of(sums[u]);
      }
    }
    return sums;
  }

  /** With some of its units only, in this order. */
  DenseLayer ofUnits(List<Integer> some) {
    int its = some.size();
    float[] itsWeights = new float[inputs() * its];
    float[] itsBias = new float[its];
    for (int u = 0; u < its; u++) {
      int from = some.get(u);
      itsBias[u] = bias[from];
      for (int row = 0; row < inputs(); row++) {
        itsWeights[row * its + u] = weights[row * bias.length + from];
      }
    }
    return new DenseLayer(itsWeights, itsBias, activation);
  }

  /** With weights and biases divided by a number. */
  DenseLayer dividedBy(double divisor) {
    return new DenseLayer(divided(weights, divisor), divided(bias, divisor), activation);
  }

  private static float[] divided(float[] values, double divisor) {
    float[] divided = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      divided[i] = (float) (values[i] / divisor);
    }
    return divided;
  }

  private static boolean allFinite(float[] values) {
    return IntStream.range(0, values.length).allMatch(i -> Float.isFinite(values[i]));
  }
}
