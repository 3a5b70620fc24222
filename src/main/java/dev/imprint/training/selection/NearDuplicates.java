package dev.imprint.training.selection;

import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.head.DotProduct;
import java.util.List;
import java.util.Random;

/**
 * Pictures that look nearly the same, such as one scaled or compressed anew: their embeddings, of
 * the last layer and shifted by the mean of all, point in nearly the same direction. A head that
 * has learned from one must not be judged by the other.
 *
 * <p>On the photographs of docs/BENCHMARKS.md, 99 in 100 have no other one above a cosine of 0.86;
 * compressed anew at half the quality a photograph has 0.95 to 0.99 with itself, scaled to 80 %
 * 0.97 to 0.99. Candidates are found by the signs of random projections (Charikar 2002), since
 * comparing all pairs of tens of thousands would take minutes.
 */
public final class NearDuplicates {
  /** Separates copies from other pictures; see above. */
  public static final double COSINE = 0.95;

  private static final int SIGNS = 128;

  /** Deviations from the expected number of differing signs that a pair may have. */
  private static final double TOLERANCE = 3.3;

  private final List<Embedding> embeddings;
  private final double cosine;
  private final int mostDiffering;

  /** Of each with the mean of all. */
  private final double[] withMean;

  private final double meanSquared;
  private final double[] lengths;
  private final long[][] signs;

  /**
   * Takes a second for about 20,000 embeddings of 1,280 numbers.
   *
   * @param embeddings of the same backbone
   * @param cosine least one of a pair, above 0
   */
  public NearDuplicates(List<Embedding> embeddings, double cosine) throws InterruptedException {
    this.embeddings = embeddings;
    this.cosine = cosine;
    double differing = Math.acos(Math.min(1, cosine)) / Math.PI;
    this.mostDiffering =
        (int) (SIGNS * differing + TOLERANCE * Math.sqrt(SIGNS * differing * (1 - differing)));
    int dimension = embeddings.isEmpty() ? 0 : embeddings.get(0).layers().last().size();
    double[] sum = new double[dimension];
    for (Embedding embedding : embeddings) {
      float[] numbers = embedding.lastLayer();
      for (int d = 0; d < dimension; d++) {
        sum[d] += numbers[d];
      }
    }
    float[] mean = new float[dimension];
    for (int d = 0; d < dimension; d++) {
      mean[d] = (float) (sum[d] / embeddings.size());
    }
    this.meanSquared = DotProduct.of(mean, mean);
    this.withMean = new double[embeddings.size()];
    this.lengths = new double[embeddings.size()];
    this.signs = new long[embeddings.size()][];
    float[][] projections = projections(dimension);
    float[] ofMean = projected(mean, projections);
    for (int i = 0; i < lengths.length; i++) {
      requireGoingOn();
      withMean[i] = DotProduct.of(embeddings.get(i).lastLayer(), mean);
      lengths[i] = Math.sqrt(Math.max(0, product(i, i)));
      signs[i] = signs(projected(embeddings.get(i).lastLayer(), projections), ofMean);
    }
  }

  /** Receives a pair by its numbers. */
  @FunctionalInterface
  public interface PairConsumer {
    void accept(int first, int second);
  }

  /** Finds all pairs, each with the lower number first. */
  public void forEach(PairConsumer consumer) throws InterruptedException {
    for (int second = 0; second < lengths.length; second++) {
      requireGoingOn();
      for (int first = 0; first < second; first++) {
        if (isNear(first, second)) {
          consumer.accept(first, second);
        }
      }
    }
  }

  /**
   * For each, the other groups that hold a near duplicate of it, as bits.
   *
   * @param group of each, from 0 to 31
   */
  int[] groupsNear(int[] group) throws InterruptedException {
    int[] near = new int[group.length];
    for (int i = 0; i < group.length; i++) {
      requireGoingOn();
      for (int j = 0; j < i; j++) {
        boolean known = (near[i] >> group[j] & near[j] >> group[i] & 1) == 1;
        if (group[i] != group[j] && !known && isNear(j, i)) {
          near[i] |= 1 << group[j];
          near[j] |= 1 << group[i];
        }
      }
    }
    return near;
  }

  private static void requireGoingOn() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("the search for near duplicates was stopped");
    }
  }

  private boolean isNear(int first, int second) {
    int differing =
        Long.bitCount(signs[first][0] ^ signs[second][0])
            + Long.bitCount(signs[first][1] ^ signs[second][1]);
    return differing <= mostDiffering
        && product(first, second) >= cosine * lengths[first] * lengths[second]
        && lengths[first] > 0
        && lengths[second] > 0;
  }

  /** Of both, shifted by the mean. */
  private double product(int first, int second) {
    return DotProduct.of(embeddings.get(first).lastLayer(), embeddings.get(second).lastLayer())
        - withMean[first]
        - withMean[second]
        + meanSquared;
  }

  /** By dimension, so that the sums of all signs grow together, which processors do fast. */
  private static float[][] projections(int dimension) {
    Random random = new Random(1);
    float[][] projections = new float[dimension][SIGNS];
    for (float[] projection : projections) {
      for (int s = 0; s < SIGNS; s++) {
        projection[s] = (float) random.nextGaussian();
      }
    }
    return projections;
  }

  private static float[] projected(float[] embedding, float[][] projections) {
    float[] sums = new float[SIGNS];
    for (int d = 0; d < embedding.length; d++) {
      float[] projection = projections[d];
      float value = embedding[d];
      for (int s = 0; s < SIGNS; s++) {
        sums[s] += value * projection[s];
      }
    }
    return sums;
  }

  private static long[] signs(float[] projected, float[] ofMean) {
    long[] its = new long[SIGNS / Long.SIZE];
    for (int s = 0; s < SIGNS; s++) {
      if (projected[s] > ofMean[s]) {
        its[s / Long.SIZE] |= 1L << s;
      }
    }
    return its;
  }
}
