package dev.imprint.comparison;

import dev.imprint.buffer.Example;
import dev.imprint.event.HeadFile;
import dev.imprint.model.head.DenseHead;
import dev.imprint.training.Candidate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Two trainings' heads, compared bit by bit.
 *
 * @param heads how many each has: one, and one for each fold
 * @param numbers weights and biases of all of them
 * @param different how many of these are not the same; all, if the heads are of different labels or
 *     layers
 * @param largest difference between two; infinite if the heads are of different labels or layers
 * @param otherAnswers examples that the two heads that serve classify differently
 */
public record HeadComparison(
    int heads, long numbers, long different, double largest, int otherAnswers) {

  public boolean identical() {
    return different == 0;
  }

  /**
   * @param seenThen the examples, as the published head's network sees them; likewise {@code
   *     seenNow}. Each is read for itself, so one may lack pictures that were deleted meanwhile:
   *     those in both count
   */
  static HeadComparison of(
      HeadFile published, Candidate again, List<Example> seenThen, List<Example> seenNow) {
    List<DenseHead> then = heads(published.head(), published.folds());
    List<DenseHead> now = heads(again.head(), again.folds());
    int otherAnswers =
        otherAnswers(answers(published.head(), seenThen), answers(again.head(), seenNow));
    long numbers = then.stream().mapToLong(head -> numbers(head).length).sum();
    if (!shapes(then).equals(shapes(now))) {
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

  private static int otherAnswers(Map<String, String> then, Map<String, String> now) {
    return Math.toIntExact(
        then.entrySet().stream()
            .filter(
                answer ->
                    !answer.getValue().equals(now.getOrDefault(answer.getKey(), answer.getValue())))
            .count());
  }

  /** By image id. */
  private static Map<String, String> answers(DenseHead head, List<Example> examples) {
    List<String> predicted =
        head.predict(
            examples.stream().map(each -> each.embedding().numbers()).toArray(float[][]::new));
    Map<String, String> answers = new HashMap<>();
    for (int i = 0; i < predicted.size(); i++) {
      answers.put(examples.get(i).imageId(), predicted.get(i));
    }
    return answers;
  }

  private static List<DenseHead> heads(DenseHead head, List<DenseHead> folds) {
    List<DenseHead> all = new ArrayList<>(List.of(head));
    all.addAll(folds);
    return all;
  }

  /** Of each head: its classes, and the sizes and activations of its layers. */
  private static List<List<Object>> shapes(List<DenseHead> heads) {
    return heads.stream()
        .map(
            head ->
                Stream.concat(
                        head.classes().stream(),
                        head.layers().stream()
                            .flatMap(
                                layer ->
                                    Stream.of(layer.inputs(), layer.units(), layer.activation())))
                    .map(Object.class::cast)
                    .toList())
        .toList();
  }

  private static float[] numbers(DenseHead head) {
    List<float[]> arrays =
        head.layers().stream().flatMap(layer -> Stream.of(layer.weights(), layer.bias())).toList();
    float[] all = new float[arrays.stream().mapToInt(array -> array.length).sum()];
    int at = 0;
    for (float[] array : arrays) {
      System.arraycopy(array, 0, all, at, array.length);
      at += array.length;
    }
    return all;
  }
}
