package dev.imprint.page.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class SampleTest {
  private final Sample<Integer> sample = new Sample<>(20, new Random(7));

  @Test
  void shouldPassAStreamBelowItsLimitInOrder() {
    List<Integer> passed = new ArrayList<>();
    for (int tick = 0; tick < 40; tick++) {
      for (int i = 0; i < 5; i++) {
        sample.offer(5 * tick + i);
      }
      passed.addAll(sample.draw(0.25));
    }

    assertThat(passed).hasSize(200).isSorted();
  }

  @Test
  void shouldPassABurstAfterASilence() {
    for (int i = 0; i < 20; i++) {
      sample.offer(i);
    }

    assertThat(sample.draw(0.25)).hasSize(20);
  }

  @Test
  void shouldDrawEachOfAFastStreamWithTheSameChance() {
    int[] drawn = new int[50];
    int all = 0;
    sample.draw(0.25);
    for (int tick = 0; tick < 8_000; tick++) {
      for (int i = 0; i < 50; i++) { // 200 a second
        sample.offer(i);
      }
      for (int each : sample.draw(0.25)) {
        drawn[each]++;
        all++;
      }
    }

    assertThat(all / 2_000.0).as("a second").isCloseTo(20, Offset.offset(0.1));
    for (int count : drawn) {
      assertThat(count).isBetween(700, 900); // 800 expected, standard deviation 27
    }
  }

  @Test
  void shouldPassNothingWhileItsAllowanceIsUsedUp() {
    for (int i = 0; i < 100; i++) {
      sample.offer(i);
    }
    assertThat(sample.draw(0)).hasSize(20);
    sample.offer(100);

    assertThat(sample.draw(0.25)).isEmpty();
  }
}
