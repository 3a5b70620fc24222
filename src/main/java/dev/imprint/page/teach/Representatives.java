package dev.imprint.page.teach;

import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.head.DotProduct;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Of all pictures, those that stand best for the others: each time, the one with the largest gain,
 * where a picture counts as covered to the degree to which it resembles one that somebody was asked
 * about (facility location; Wei, Iyer and Bilmes, "Submodularity in data subset selection and
 * active learning", 2015). Not thread-safe.
 *
 * <p>Compares each picture with each, which takes a few tenths of a second for as many as {@link
 * dev.imprint.pipeline.RecentEmbeddings} keeps. Choosing one takes a millisecond: as gains only
 * shrink, few are computed again (Minoux, "Accelerated greedy algorithms for maximizing submodular
 * set functions", 1978).
 */
final class Representatives {
  private final List<Picture> pictures;
  private final double[] worth;
  private final float[][] likeness; // of each two, 0..1
  private final float[] covered; // each, by those that were asked about
  private final double[] bounds; // of each one's gain

  /** A picture that may be asked about. */
  record Picture(AskablePicture picture, Embedding embedding) {}

  /**
   * @param pictures all that may be asked about
   * @param asked pictures that were asked about before
   * @param worth of knowing what one shows, at least 0
   */
  Representatives(
      List<Picture> pictures, List<Embedding> asked, ToDoubleFunction<AskablePicture> worth) {
    this.pictures = List.copyOf(pictures);
    this.worth = pictures.stream().map(Picture::picture).mapToDouble(worth).toArray();
    float[][] all =
        directions(
            Stream.concat(pictures.stream().map(Picture::embedding), asked.stream()).toList());
    float[][] columns = columns(all, pictures.size());
    covered = new float[pictures.size()];
    for (int i = pictures.size(); i < all.length; i++) {
      cover(alike(all[i], columns));
    }
    likeness =
        Arrays.stream(all, 0, pictures.size())
            .map(direction -> alike(direction, columns))
            .toArray(float[][]::new);
    bounds = Arrays.stream(likeness).mapToDouble(this::gain).toArray();
  }

  /** The best one for what is not covered yet; each once; null if there is none left. */
  @Nullable AskablePicture next() {
    int best = highest();
    while (best >= 0) {
      double gain = gain(likeness[best]);
      if (gain >= bounds[best]) {
        break;
      }
      bounds[best] = gain;
      best = highest();
    }
    if (best < 0) {
      return null;
    }
    cover(likeness[best]);
    bounds[best] = Double.NEGATIVE_INFINITY;
    return pictures.get(best).picture();
  }

  /** That of the highest bound; -1 if all have been chosen. */
  private int highest() {
    int highest = -1;
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < bounds.length; i++) {
      if (bounds[i] > most) {
        highest = i;
        most = bounds[i];
      }
    }
    return highest;
  }

  private double gain(float[] alike) {
    double gain = 0;
    for (int i = 0; i < alike.length; i++) {
      gain += worth[i] * Math.max(0, alike[i] - covered[i]);
    }
    return gain;
  }

  private void cover(float[] alike) {
    for (int i = 0; i < alike.length; i++) {
      covered[i] = Math.max(covered[i], alike[i]);
    }
  }

  /**
   * Their last layers less the mean, each of length 1: with the part that all have in common, any
   * two pictures would look alike to some networks.
   */
  private static float[][] directions(List<Embedding> embeddings) {
    float[][] directions = embeddings.stream().map(Embedding::lastLayer).toArray(float[][]::new);
    Arrays.stream(directions).forEach(Representatives::normalize);
    float[] mean = new float[directions.length == 0 ? 0 : directions[0].length];
    for (float[] direction : directions) {
      add(mean, 1f / directions.length, direction);
    }
    for (float[] direction : directions) {
      add(direction, -1, mean);
      normalize(direction);
    }
    return directions;
  }

  /** To a length of 1. */
  private static void normalize(float[] direction) {
    float length =
        (float) Math.max(Float.MIN_NORMAL, Math.sqrt(DotProduct.of(direction, direction)));
    for (int d = 0; d < direction.length; d++) {
      direction[d] /= length;
    }
  }

  /**
   * The first of them, transposed: the JVM adds many products to many sums at once, but not to a
   * single one.
   */
  private static float[][] columns(float[][] directions, int count) {
    float[][] columns = new float[directions.length == 0 ? 0 : directions[0].length][count];
    for (int i = 0; i < count; i++) {
      for (int d = 0; d < columns.length; d++) {
        columns[d][i] = directions[i][d];
      }
    }
    return columns;
  }

  /** The squared cosines, or 0 for those that point away: only much alike ones cover each other. */
  private static float[] alike(float[] direction, float[][] columns) {
    float[] alike = new float[columns[0].length];
    for (int d = 0; d < columns.length; d++) {
      add(alike, direction[d], columns[d]);
    }
    for (int i = 0; i < alike.length; i++) {
      float cosine = Math.max(0, alike[i]);
      alike[i] = cosine * cosine;
    }
    return alike;
  }

  private static void add(float[] sums, float factor, float[] numbers) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += factor * numbers[i];
    }
  }
}
