package dev.imprint.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TriggerTest {
  @ParameterizedTest(name = "{4}")
  @CsvSource({
    "50, 60, 49, 59, neither is reached",
    "50, 60, 0, 600, nothing is new",
    "50, 0, 49, 600, time alone is not enough",
    "0, 60, 5000, 59, number alone is not enough",
    "0, 0, 5000, 600, both are off: on command alone"
  })
  void shouldNotTrain(int newLabels, int maxWait, int labels, int minutes, String why) {
    assertThat(isDue(newLabels, maxWait, labels, minutes)).as(why).isFalse();
  }

  @ParameterizedTest(name = "{4}")
  @CsvSource({
    "50, 60, 50, 0, there are enough",
    "50, 60, 1, 60, one has waited long enough",
    "50, 0, 51, 0, there are enough",
    "0, 60, 1, 61, one has waited long enough"
  })
  void shouldTrain(int newLabels, int maxWait, int labels, int minutes, String why) {
    assertThat(isDue(newLabels, maxWait, labels, minutes)).as(why).isTrue();
  }

  private static boolean isDue(int newLabels, int maxWait, int labels, int minutes) {
    return new Trigger(newLabels, Duration.ofMinutes(maxWait))
        .isDue(labels, Duration.ofMinutes(minutes));
  }
}
