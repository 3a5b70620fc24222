package dev.imprint.page.watch;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WatchFilterTest {
  @ParameterizedTest
  @CsvSource({
    // filter: label, from, to, version; prediction: label, confidence -> passes
    ", 0, 1, , nut, 0.7, true",
    ", 0, 1, , , 0.7, true",
    "nut, 0, 1, , nut, 0.7, true",
    "nut, 0, 1, , gear, 0.7, false",
    "nut, 0, 1, , , 0.7, false",
    "'', 0, 1, , , 0.7, true",
    "'', 0, 1, , nut, 0.7, false",
    ", 0.7, 1, , nut, 0.7, true",
    ", 0, 0.7, , nut, 0.7, true",
    ", 0.8, 1, , nut, 0.7, false",
    ", 0, 0.6, , nut, 0.7, false",
    ", 0, 1, v1, nut, 0.7, true",
    ", 0, 1, v2, nut, 0.7, false",
  })
  void shouldPassWhatFitsAllOfIt(
      @Nullable String label,
      double from,
      double to,
      @Nullable String version,
      @Nullable String predicted,
      float confidence,
      boolean passes) {
    WatchFilter filter = new WatchFilter(false, label, from, to, version);

    assertThat(filter.passes(LiveFiguresTest.prediction(predicted, confidence, "v1", 0)))
        .isEqualTo(passes);
  }
}
