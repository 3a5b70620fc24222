package dev.imprint.model;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A trained classifier over the embeddings of one backbone. Safe for use by several threads at
 * once.
 */
public interface Head extends AutoCloseable {
  /** The {@link Backbone#id()} that it was trained on. */
  String backboneId();

  /** One a class, distinct, at least one. */
  List<String> labels();

  /** Length of the embeddings that it takes. */
  int dimension();

  /**
   * Classifies a batch.
   *
   * @param embeddings batch × {@link #dimension()}
   * @return batch × labels, in the labels' order; each row sums to 1
   * @throws IllegalArgumentException if an embedding has another length
   * @throws ArithmeticException if a result is not a finite number
   */
  float[][] probabilities(float[][] embeddings);

  /** The most probable label of each embedding; of equal ones the first. */
  default List<String> predict(float[][] embeddings) {
    List<String> predicted = new ArrayList<>(embeddings.length);
    for (float[] probabilities : probabilities(embeddings)) {
      predicted.add(top(probabilities, 1).get(0).label());
    }
    return predicted;
  }

  /**
   * The best labels, best first; ties in the labels' order.
   *
   * @param probabilities one row of {@link #probabilities}
   * @param most how many at most
   */
  default List<Score> top(float[] probabilities, int most) {
    return IntStream.range(0, probabilities.length)
        .boxed()
        .sorted((a, b) -> Float.compare(probabilities[b], probabilities[a]))
        .limit(most)
        .map(c -> new Score(labels().get(c), probabilities[c]))
        .toList();
  }

  /** Frees native memory, if it has any; called once, when no call is under way. */
  @Override
  default void close() {}
}
