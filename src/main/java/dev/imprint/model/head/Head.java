package dev.imprint.model.head;

import dev.imprint.model.backbone.Backbone;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A trained classifier over the embeddings of one backbone. Thread-safe. */
public interface Head extends AutoCloseable {
  /** The {@link Backbone#id()} that it was trained on. */
  String backboneId();

  /** One per class, distinct, at least one. */
  List<String> labels();

  /** Length of its input embeddings. */
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

  /** The same of a single embedding. */
  default float[] probabilities(float[] embedding) {
    return probabilities(new float[][] {embedding})[0];
  }

  /** The most probable label of each embedding; the first one in a tie. */
  default List<String> predict(float[][] embeddings) {
    List<String> predicted = new ArrayList<>(embeddings.length);
    for (float[] probabilities : probabilities(embeddings)) {
      int best = 0;
      for (int c = 1; c < probabilities.length; c++) {
        best = probabilities[c] > probabilities[best] ? c : best;
      }
      predicted.add(labels().get(best));
    }
    return predicted;
  }

  /**
   * The best labels, best first; ties in the labels' order.
   *
   * @param probabilities one row of {@link #probabilities}
   * @param most maximum number of labels
   */
  default List<Score> top(float[] probabilities, int most) {
    return IntStream.range(0, probabilities.length)
        .boxed()
        .sorted((a, b) -> Float.compare(probabilities[b], probabilities[a]))
        .limit(most)
        .map(c -> new Score(labels().get(c), probabilities[c]))
        .toList();
  }

  /** Frees native memory, if it has any; called once, when no call is in progress. */
  @Override
  default void close() {}
}
