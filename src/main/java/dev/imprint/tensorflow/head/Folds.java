package dev.imprint.tensorflow.head;

import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * The folds of cross-validation: for each there is a head that has not learned from its examples.
 *
 * @param count how many there are; 0 for none
 * @param hidden of each example, bit {@code f} is set if the head of fold {@code f} must not learn
 *     from it; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Folds(int count, int[] hidden) {
  public static final Folds NONE = new Folds(0, new int[0]);

  /**
   * @param of the fold of each example, from 0 to {@code count - 1}
   */
  public static Folds of(int count, int[] of) {
    return new Folds(count, Arrays.stream(of).map(fold -> 1 << fold).toArray());
  }

  /** Keeps an example from the head of another fold, too. */
  public void hide(int example, int fold) {
    hidden[example] |= 1 << fold;
  }

  boolean isHidden(int example, int fold) {
    return (hidden[example] >> fold & 1) == 1;
  }

  /** The labels of the examples that a fold's head learns from, in alphabetical order. */
  List<String> labelsWithout(int fold, List<String> labels) {
    return List.copyOf(
        new TreeSet<>(
            IntStream.range(0, hidden.length)
                .filter(i -> !isHidden(i, fold))
                .mapToObj(labels::get)
                .toList()));
  }
}
