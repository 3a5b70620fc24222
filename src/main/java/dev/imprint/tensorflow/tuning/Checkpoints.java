package dev.imprint.tensorflow.tuning;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The weights of the best epochs so far. Not thread-safe. */
final class Checkpoints {
  private final int most;
  private final List<Checkpoint> best = new ArrayList<>(); // best first

  private record Checkpoint(int epoch, double loss, List<float[]> weights) {}

  /**
   * @param most how many are kept
   */
  Checkpoints(int most) {
    this.most = most;
  }

  /**
   * @param loss on the validation part
   * @param weights not copied
   */
  void add(int epoch, double loss, List<float[]> weights) {
    best.add(new Checkpoint(epoch, loss, weights));
    best.sort(Comparator.comparingDouble(Checkpoint::loss));
    if (best.size() > most) {
      best.remove(most);
    }
  }

  /** Number of the best epoch. */
  int bestEpoch() {
    return best.get(0).epoch();
  }

  double bestLoss() {
    return best.get(0).loss();
  }

  List<float[]> best() {
    return best.get(0).weights();
  }

  /** The mean of the weights of all that are kept (Izmailov et al. 2018; Wortsman et al. 2022). */
  List<float[]> mean() {
    List<float[]> mean = new ArrayList<>();
    for (int variable = 0; variable < best().size(); variable++) {
      float[] values = new float[best().get(variable).length];
      for (Checkpoint checkpoint : best) {
        float[] its = checkpoint.weights().get(variable);
        for (int i = 0; i < values.length; i++) {
          values[i] += its[i] / best.size();
        }
      }
      mean.add(values);
    }
    return mean;
  }
}
