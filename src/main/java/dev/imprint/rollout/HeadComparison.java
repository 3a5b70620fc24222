package dev.imprint.rollout;

import dev.imprint.buffer.Example;
import dev.imprint.event.HeadFile;
import dev.imprint.model.LinearHead;
import dev.imprint.training.Candidate;
import java.util.ArrayList;
import java.util.List;

/**
 * Two trainings' heads, compared bit by bit.
 *
 * @param heads how many each has: one, and one for each fold
 * @param numbers weights and biases of all of them
 * @param different how many of these are not the same; all, if the heads are of different labels
 * @param largest difference between two; infinite if the heads are of different labels
 * @param otherAnswers examples that the two heads that serve classify differently
 */
public record HeadComparison(
    int heads, long numbers, long different, double largest, int otherAnswers) {

  public boolean identical() {
    return different == 0;
  }

  static HeadComparison of(HeadFile published, Candidate again, List<Example> examples) {
    return of(published, again, examples, examples);
  }

  /**
   * @param seenThen the examples, as the published head's network sees them; likewise {@code
   *     seenNow}
   */
  static HeadComparison of(
      HeadFile published, Candidate again, List<Example> seenThen, List<Example> seenNow) {
    List<LinearHead> then = heads(published.head(), published.folds());
    List<LinearHead> now = heads(again.head(), again.folds());
    int otherAnswers = 0;
    List<String> before = published.head().predict(embeddings(seenThen));
    List<String> after = again.head().predict(embeddings(seenNow));
    for (int i = 0; i < before.size(); i++) {
      otherAnswers += before.get(i).equals(after.get(i)) ? 0 : 1;
    }
    long numbers = then.stream().mapToLong(head -> numbers(head).length).sum();
    if (!labels(then).equals(labels(now))) {
      return new HeadComparison(
          then.size(), numbers, numbers, Double.POSITIVE_INFINITY, otherAnswers);
    }
    long different = 0;
    double largest = 0;
    for (int h = 0; h < then.size(); h++) {
      float[] one = numbers(then.get(h));
      float[] other = numbers(now.get(h));
      for (int i = 0; i < one.length; i++) {
        if (Float.floatToRawIntBits(one[i]) != Float.floatToRawIntBits(other[i])) {
          different++;
          largest = Math.max(largest, Math.abs((double) one[i] - other[i]));
        }
      }
    }
    return new HeadComparison(then.size(), numbers, different, largest, otherAnswers);
  }

  private static float[][] embeddings(List<Example> examples) {
    return examples.stream().map(each -> each.embedding().numbers()).toArray(float[][]::new);
  }

  private static List<LinearHead> heads(LinearHead head, List<LinearHead> folds) {
    List<LinearHead> all = new ArrayList<>(List.of(head));
    all.addAll(folds);
    return all;
  }

  private static List<List<String>> labels(List<LinearHead> heads) {
    return heads.stream().map(LinearHead::classes).toList();
  }

  private static float[] numbers(LinearHead head) {
    float[] weights = head.weights();
    float[] bias = head.bias();
    float[] all = new float[weights.length + bias.length];
    System.arraycopy(weights, 0, all, 0, weights.length);
    System.arraycopy(bias, 0, all, weights.length, bias.length);
    return all;
  }
}
