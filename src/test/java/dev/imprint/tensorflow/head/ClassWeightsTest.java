package dev.imprint.tensorflow.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ClassWeightsTest {
  /** Of 200 examples; a fifth of a fair share of 50 is 10. */
  private static final int[] COUNTS = {150, 45, 0, 4, 1};

  @ParameterizedTest
  @EnumSource
  void shouldCountEachExampleOnceInTheMean(ClassWeights weights) {
    float[] each = weights.of(COUNTS);

    double sum = IntStream.range(0, COUNTS.length).mapToDouble(c -> each[c] * COUNTS[c]).sum();
    assertThat(sum).isCloseTo(200, within(1e-3));
  }

  @Test
  void shouldCountClassesTheSameIfBalanced() {
    float[] each = ClassWeights.BALANCED.of(COUNTS);

    assertThat(each[0] * 150).isCloseTo(50, within(1e-3f));
    assertThat(each[4]).isCloseTo(50, within(1e-3f));
    assertThat(each[2]).isZero();
  }

  @Test
  void shouldNotLetAFewExamplesRuleIfCapped() {
    float[] each = ClassWeights.CAPPED.of(COUNTS);

    assertThat(each[3]).isEqualTo(each[4]);
    float before = ClassWeights.BALANCED.of(COUNTS)[0];
    assertThat(each[4] / each[0]).isCloseTo(5 / before, within(1e-3f));
    assertThat(ClassWeights.NONE.of(COUNTS)).containsOnly(1);
  }
}
