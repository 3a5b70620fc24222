package dev.imprint.tensorflow.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CrossValidationTest {
  @Test
  void shouldTellABetterOneFromChance() {
    Random random = new Random(1);
    double[] base = random.doubles(400).toArray();
    double[] better = Arrays.stream(base).map(loss -> loss - 0.1).toArray();
    double[] noisy = Arrays.stream(base).map(loss -> loss + random.nextGaussian() / 4).toArray();

    CrossValidation before = new CrossValidation(1, base, 0.5);
    double spread = 0.25 / Math.sqrt(400);
    double[] luckier =
        Arrays.stream(noisy).map(loss -> loss - shift(noisy, base) - spread * 1.5).toArray();
    double[] clearly =
        Arrays.stream(noisy).map(loss -> loss - shift(noisy, base) - spread * 2.5).toArray();

    assertThat(new CrossValidation(1, better, 0.5).isBetterThan(before)).isTrue();
    assertThat(before.isBetterThan(new CrossValidation(1, better, 0.5))).isFalse();
    assertThat(before.isBetterThan(before)).isFalse();
    assertThat(new CrossValidation(1, luckier, 0.5).isBetterThan(before)).isFalse();
    assertThat(new CrossValidation(1, clearly, 0.5).isBetterThan(before)).isTrue();
    assertThat(before.loss()).isCloseTo(0.5, within(0.05));
  }

  /** So that the mean of both is the same. */
  private static double shift(double[] of, double[] to) {
    return Arrays.stream(of).average().orElseThrow() - Arrays.stream(to).average().orElseThrow();
  }
}
