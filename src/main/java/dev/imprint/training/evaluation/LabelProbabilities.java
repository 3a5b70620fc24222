package dev.imprint.training.evaluation;

import java.util.List;

/**
 * A head's answer to one example.
 *
 * @param labels that the head knows
 * @param probabilities one per label; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record LabelProbabilities(List<String> labels, float[] probabilities) {
  /** The most probable label; the first one in a tie. */
  public String label() {
    return labels.get(best());
  }

  /** The probability of {@link #label()}. */
  public double confidence() {
    return probabilities[best()];
  }

  /** Whether a probability of this label is among them. */
  public boolean knows(String label) {
    return labels.contains(label);
  }

  /** The probability of a label that it knows. */
  double probability(String label) {
    return probabilities[labels.indexOf(label)];
  }

  private int best() {
    int best = 0;
    for (int c = 1; c < probabilities.length; c++) {
      best = probabilities[c] > probabilities[best] ? c : best;
    }
    return best;
  }

  /** As if the logits had been divided by a temperature: softmax(log(p) / T). */
  LabelProbabilities at(double temperature) {
    double[] scaled = new double[probabilities.length];
    double max = Math.log(confidence());
    double sum = 0;
    for (int c = 0; c < scaled.length; c++) {
      scaled[c] = Math.exp((Math.log(probabilities[c]) - max) / temperature);
      sum += scaled[c];
    }
    float[] at = new float[scaled.length];
    for (int c = 0; c < at.length; c++) {
      at[c] = (float) (scaled[c] / sum);
    }
    return new LabelProbabilities(labels, at);
  }
}
