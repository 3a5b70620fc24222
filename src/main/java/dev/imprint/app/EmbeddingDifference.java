package dev.imprint.app;

/** How far embeddings are from Keras'. For one thread. */
final class EmbeddingDifference {
  private int pictures;
  private double largest;
  private String worst = "";
  private double absmax;
  private double smallestCosine = 1;

  /**
   * @param embedding of as many numbers as Keras gave
   */
  void add(KerasEmbedding keras, float[] embedding) {
    double dot = 0;
    double ours = 0;
    double theirs = 0;
    for (int i = 0; i < embedding.length; i++) {
      double a = embedding[i];
      double b = keras.embedding().get(i);
      double difference = Math.abs(a - b);
      // What is not a number counts as the largest, and stays it.
      if (!Double.isNaN(largest) && !(difference <= largest)) {
        largest = difference;
        worst = keras.image();
      }
      absmax = Math.max(absmax, Math.abs(b));
      dot += a * b;
      ours += a * a;
      theirs += b * b;
    }
    smallestCosine = Math.min(smallestCosine, dot / Math.sqrt(ours * theirs));
    pictures++;
  }

  /** Over the largest absolute value of the reference. */
  double relative() {
    return largest / absmax;
  }

  boolean isWithin(double tolerance) {
    return relative() <= tolerance;
  }

  String describe() {
    return "%d pictures: largest difference %.2e of absmax %.4g (%s), smallest cosine %.7f"
        .formatted(pictures, relative(), absmax, worst.isEmpty() ? "none" : worst, smallestCosine);
  }
}
