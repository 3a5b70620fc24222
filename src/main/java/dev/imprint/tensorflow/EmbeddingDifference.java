package dev.imprint.tensorflow;

/** How far embeddings are from the expected ones. Not thread-safe. */
public final class EmbeddingDifference {
  private int pictures;
  private double largest;
  private String worst = "";
  private double absmax;
  private double smallestCosine = 1;

  /**
   * @param expected with as many numbers as {@code embedding}
   */
  public void add(String picture, float[] expected, float[] embedding) {
    double dot = 0;
    double ours = 0;
    double theirs = 0;
    for (int i = 0; i < embedding.length; i++) {
      double a = embedding[i];
      double b = expected[i];
      double difference = Math.abs(a - b);
      // NaN counts as the largest, and remains so.
      if (!Double.isNaN(largest) && !(difference <= largest)) {
        largest = difference;
        worst = picture;
      }
      absmax = Math.max(absmax, Math.abs(b));
      dot += a * b;
      ours += a * a;
      theirs += b * b;
    }
    // NaN if all are 0, which is as wrong as possible.
    double cosine = ours == 0 || theirs == 0 ? 0 : dot / Math.sqrt(ours * theirs);
    smallestCosine = Math.min(smallestCosine, cosine);
    pictures++;
  }

  /** For one number. */
  public double largest() {
    return largest;
  }

  /** Between a picture's numbers and the expected ones. */
  public double smallestCosine() {
    return smallestCosine;
  }

  /** Relative to the largest absolute value of the reference. */
  public double relative() {
    return largest / absmax;
  }

  public boolean isWithin(double tolerance) {
    return relative() <= tolerance;
  }

  public String describe() {
    return ("%d pictures: largest difference %.2e of the largest absolute value %.4g (%s),"
            + " smallest cosine %.7f")
        .formatted(pictures, relative(), absmax, worst.isEmpty() ? "none" : worst, smallestCosine);
  }
}
