package dev.imprint.page.teach;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.model.Claim;
import dev.imprint.model.Predictions;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.head.Score;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RepresentativesTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void shouldChooseThePictureThatGainsMostEachTime() {
    Random drawn = new Random(3);
    float[][] looks = new float[60][];
    for (int i = 0; i < looks.length; i++) {
      looks[i] =
          Embedding.of(drawn.nextFloat(), drawn.nextFloat(), drawn.nextFloat(), drawn.nextFloat())
              .numbers(); // in half precision
    }
    double[] worth = drawn.doubles(50).toArray();

    List<Integer> chosen =
        all(new Representatives(pictures(looks, 50), embeddings(looks, 50), its -> worth[at(its)]));

    assertThat(chosen).hasSize(50).doesNotHaveDuplicates().startsWith(greedily(looks, worth, 8));
  }

  @Test
  void shouldTellKindsApartThatHaveMostInCommon() {
    float[][] looks = {{9_999, 1, 0}, {9_999, 1, 0}, {9_999, 1, 0}, {9_999, 0, 1}, {9_999, 0, 1}};

    List<Integer> chosen = all(new Representatives(pictures(looks, 5), List.of(), its -> 1));

    assertThat(chosen.subList(0, 2)).containsExactly(0, 3);
  }

  @Test
  void shouldFindAFewOfAKindAmongAllPicturesThatAreKept() {
    float[][] looks = new float[TeachQueue.MOST_CANDIDATES][];
    for (int i = 0; i < looks.length; i++) {
      looks[i] = i < 1_000 ? new float[] {1, 0, 0} : new float[] {0, 1, 0};
    }
    looks[700] = new float[] {0, 0, 1};
    looks[1_500] = new float[] {0, 0, 1};
    Representatives representatives =
        new Representatives(pictures(looks, looks.length), List.of(), its -> 1);

    List<Integer> first = Stream.generate(representatives::next).limit(3).map(this::at).toList();

    assertThat(first.get(2)).isEqualTo(700);
  }

  @Test
  void shouldChooseASinglePicture() {
    float[][] looks = {{1, 2}};

    List<Integer> chosen = all(new Representatives(pictures(looks, 1), List.of(), its -> 1));

    assertThat(chosen).containsExactly(0);
  }

  @Test
  void shouldChooseNothingAmongNone() {
    float[][] looks = {{1, 2}};

    List<Integer> chosen = all(new Representatives(List.of(), embeddings(looks, 0), its -> 1));

    assertThat(chosen).isEmpty();
  }

  /** The same by brute force: from as many pictures as have a worth, after asking the others. */
  private static Integer[] greedily(float[][] looks, double[] worth, int count) {
    double[][] units = centred(looks);
    List<Integer> asked =
        new ArrayList<>(IntStream.range(worth.length, looks.length).boxed().toList());
    List<Integer> chosen = new ArrayList<>();
    while (chosen.size() < count) {
      int best = -1;
      double most = -1;
      for (int i = 0; i < worth.length; i++) {
        double gain = 0;
        for (int j = 0; j < worth.length; j++) {
          double covered = 0;
          for (int before : asked) {
            covered = Math.max(covered, alike(units[before], units[j]));
          }
          gain += worth[j] * Math.max(0, alike(units[i], units[j]) - covered);
        }
        if (!asked.contains(i) && gain > most) {
          best = i;
          most = gain;
        }
      }
      asked.add(best);
      chosen.add(best);
    }
    return chosen.toArray(Integer[]::new);
  }

  private static double[][] centred(float[][] looks) {
    double[][] units = Stream.of(looks).map(RepresentativesTest::unit).toArray(double[][]::new);
    double[] mean = new double[looks[0].length];
    for (double[] unit : units) {
      for (int d = 0; d < mean.length; d++) {
        mean[d] += unit[d] / units.length;
      }
    }
    for (double[] unit : units) {
      for (int d = 0; d < mean.length; d++) {
        unit[d] -= mean[d];
      }
      double length = length(unit);
      for (int d = 0; d < mean.length; d++) {
        unit[d] /= length;
      }
    }
    return units;
  }

  private static double[] unit(float[] look) {
    double[] unit = new double[look.length];
    for (int d = 0; d < look.length; d++) {
      unit[d] = look[d];
    }
    double length = length(unit);
    return IntStream.range(0, look.length).mapToDouble(d -> unit[d] / length).toArray();
  }

  private static double length(double[] numbers) {
    double sum = 0;
    for (double number : numbers) {
      sum += number * number;
    }
    return Math.sqrt(sum);
  }

  private static double alike(double[] one, double[] other) {
    double cosine = 0;
    for (int d = 0; d < one.length; d++) {
      cosine += one[d] * other[d];
    }
    return Math.pow(Math.max(0, cosine), 2);
  }

  private List<Integer> all(Representatives representatives) {
    return Stream.generate(representatives::next)
        .takeWhile(Objects::nonNull)
        .map(this::at)
        .toList();
  }

  private int at(AskablePicture picture) {
    return (int) picture.prediction().claim().offset();
  }

  private static List<Representatives.Picture> pictures(float[][] looks, int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                new Representatives.Picture(
                    new AskablePicture(
                        Predictions.of(
                            "image-" + i,
                            new Claim("images", 0, i, "0".repeat(64)),
                            NOW,
                            NOW,
                            new Score("nut", 1)),
                        false),
                    Embedding.of(looks[i])))
        .toList();
  }

  /** Of those from one on. */
  private static List<Embedding> embeddings(float[][] looks, int from) {
    return Stream.of(looks).skip(from).map(Embedding::of).toList();
  }
}
