package dev.imprint.page.teach;

import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.head.DotProduct;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Of a sample of pictures, those that stand best for it: greedily, the next one is that by which
 * most is gained if each picture counts as covered as far as it looks like one that somebody was
 * asked about (facility location; Wei, Iyer and Bilmes, "Submodularity in data subset selection and
 * active learning", 2015). Not thread-safe.
 */
final class Representatives {
  /** Bounds the work for a request to a few tenths of a second on one core. */
  private static final int SAMPLE = 512;

  /** More than any two are alike. */
  private static final float ASKED = 2;

  private final List<Picture> sample;
  private final double[] worth;
  private final float[][] likeness; // of each two, 0..1
  private final float[] covered; // each, by those that were asked about

  /** A picture that may be asked about. */
  record Picture(AskablePicture picture, Embedding embedding) {}

  /**
   * @param from all that may be asked about; a sample is drawn of them
   * @param asked pictures that were asked about before; likewise
   * @param worth of knowing what one shows, at least 0
   */
  Representatives(
      List<Picture> from,
      List<Embedding> asked,
      ToDoubleFunction<AskablePicture> worth,
      RandomGenerator random) {
    sample = drawn(from, random);
    this.worth = sample.stream().map(Picture::picture).mapToDouble(worth).toArray();
    float[][] looks = looks(sample.stream().map(Picture::embedding).toList());
    covered = new float[looks.length];
    for (float[] look : looks(drawn(asked, random))) {
      cover(alike(look, looks));
    }
    likeness = Arrays.stream(looks).map(look -> alike(look, looks)).toArray(float[][]::new);
  }

  /** The best one for what is not covered yet; each once; null if there is none left. */
  @Nullable AskablePicture next() {
    int best = -1;
    double most = -1;
    for (int i = 0; i < sample.size(); i++) {
      double gain = gain(likeness[i]);
      if (covered[i] < ASKED && gain > most) {
        best = i;
        most = gain;
      }
    }
    if (best < 0) {
      return null;
    }
    cover(likeness[best]);
    covered[best] = ASKED;
    return sample.get(best).picture();
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

  private static <T> List<T> drawn(List<T> from, RandomGenerator random) {
    List<T> all = new ArrayList<>(from);
    int size = Math.min(SAMPLE, all.size());
    for (int i = 0; i < size; i++) {
      Collections.swap(all, i, i + random.nextInt(all.size() - i));
    }
    return all.subList(0, size);
  }

  /** Their last layers, each of length 1. */
  private static float[][] looks(List<Embedding> embeddings) {
    return embeddings.stream()
        .map(
            embedding -> {
              float[] look = embedding.lastLayer();
              float length = (float) Math.sqrt(DotProduct.of(look, look));
              for (int i = 0; i < look.length; i++) {
                look[i] /= Math.max(Float.MIN_NORMAL, length);
              }
              return look;
            })
        .toArray(float[][]::new);
  }

  /** To the fourth power, so that only much alike ones cover each other: any two are a bit. */
  private static float[] alike(float[] look, float[][] looks) {
    float[] alike = new float[looks.length];
    for (int i = 0; i < alike.length; i++) {
      float cosine = (float) Math.max(0, DotProduct.of(look, looks[i]));
      alike[i] = cosine * cosine * cosine * cosine;
    }
    return alike;
  }
}
