package dev.imprint.model.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntervalTest {
  /** As R's prop.test(right, examples, correct = FALSE) gives them. */
  @ParameterizedTest
  @CsvSource({
    "0, 1, 0, 0.793",
    "1, 1, 0.207, 1",
    "0, 20, 0, 0.161",
    "15, 20, 0.531, 0.888",
    "81, 263, 0.255, 0.366",
    "1900, 2000, 0.940, 0.959"
  })
  void shouldBeWilsonsForAShare(int right, int examples, double low, double high) {
    Interval interval = Interval.ofShare((double) right / examples, examples);

    assertThat(interval.low()).isEqualTo(low, within(0.0006));
    assertThat(interval.high()).isEqualTo(high, within(0.0006));
  }

  @Test
  void shouldKnowNothingWithoutExamples() {
    assertThat(Interval.ofShare(Double.NaN, 0)).isEqualTo(new Interval(0, 1));
  }

  @Test
  void shouldBeWrittenForPeople() {
    assertThat(new Interval(0.8024, 1).text()).isEqualTo("0.802 to 1.000");
    assertThat(new Interval(0.8024, 1).percent()).isEqualTo("80.2–100.0 %");
  }
}
