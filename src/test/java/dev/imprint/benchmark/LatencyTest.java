package dev.imprint.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LatencyTest {
  @Test
  void shouldTakePercentilesInMilliseconds() {
    long[] sorted = LongStream.range(0, 200).map(i -> i * 1_000_000).toArray();

    assertThat(Latency.of(sorted)).isEqualTo(new Latency(100, 198));
  }

  @Test
  void shouldTakeASingleImageForAllPercentiles() {
    assertThat(Latency.of(new long[] {7_500_000})).isEqualTo(new Latency(7.5, 7.5));
  }
}
