package dev.imprint.comparison;

import dev.imprint.event.TopFile;
import dev.imprint.model.TunedTop;
import java.util.List;

/**
 * The learned weights of two fine-tunings, compared bit by bit.
 *
 * @param digest SHA-256, hex, of the published ones; likewise {@code again}
 * @param numbers how many there are
 * @param different how many of these are not the same; all, if the layers are others
 * @param largest difference between two; infinite if the layers are others
 */
public record NetworkComparison(
    String digest, String again, long numbers, long different, double largest) {

  public boolean identical() {
    return digest.equals(again);
  }

  static NetworkComparison of(TunedTop published, TunedTop again) {
    long numbers = published.weights().stream().mapToLong(w -> w.values().length).sum();
    long different = 0;
    double largest = 0;
    if (variables(published).equals(variables(again))) {
      for (int i = 0; i < published.weights().size(); i++) {
        float[] one = published.weights().get(i).values();
        float[] other = again.weights().get(i).values();
        for (int k = 0; k < one.length; k++) {
          if (Float.floatToRawIntBits(one[k]) != Float.floatToRawIntBits(other[k])) {
            different++;
            largest = Math.max(largest, Math.abs((double) one[k] - other[k]));
          }
        }
      }
    } else {
      different = numbers;
      largest = Double.POSITIVE_INFINITY;
    }
    return new NetworkComparison(
        TopFile.digest(published), TopFile.digest(again), numbers, different, largest);
  }

  private static List<String> variables(TunedTop top) {
    return top.weights().stream().map(weight -> weight.name() + weight.shape()).toList();
  }
}
