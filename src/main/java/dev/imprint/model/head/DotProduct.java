package dev.imprint.model.head;

/** The dot product of embeddings, which tells how much their pictures look alike. */
public final class DotProduct {
  private DotProduct() {}

  /**
   * With four sums, since each addition has to wait for the one before it.
   *
   * @param other as long as the first
   */
  public static double of(float[] one, float[] other) {
    double a = 0;
    double b = 0;
    double c = 0;
    double e = 0;
    int d = 0;
    for (; d + 3 < one.length; d += 4) {
      a += (double) one[d] * other[d];
      b += (double) one[d + 1] * other[d + 1];
      c += (double) one[d + 2] * other[d + 2];
      e += (double) one[d + 3] * other[d + 3];
    }
    for (; d < one.length; d++) {
      a += (double) one[d] * other[d];
    }
    return a + b + c + e;
  }

  /** Cosine of the angle between both, -1..1; 0 if one of them has no direction. */
  public static double cosine(float[] one, float[] other) {
    double lengths = Math.sqrt(of(one, one) * of(other, other));
    return lengths == 0 ? 0 : of(one, other) / lengths;
  }
}
