package dev.imprint.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ThroughputTest {
  @Test
  void shouldLeaveOutAllThatCameUntilTheFirstFifthWasThere() {
    List<Throughput.Sample> samples =
        List.of(sample(1, 3, 2.0), sample(32, 4, 3.0), sample(64, 5, 4.0), sample(100, 7, 4.68));

    Throughput throughput = Throughput.of(samples);

    assertThat(throughput.imagesPerSecond()).isEqualTo(68 / 3.0, within(1e-9));
    assertThat(throughput.cpuMsPerImage()).isEqualTo(1_680 / 68.0, within(1e-9));
  }

  @Test
  void shouldMeasureAStretch() {
    List<Throughput.Sample> samples =
        List.of(sample(1, 3, 2.0), sample(32, 4, 3.0), sample(64, 5, 4.0), sample(100, 7, 4.68));

    Throughput throughput = Throughput.between(samples, 20, 60);

    assertThat(throughput.imagesPerSecond()).isEqualTo(32, within(1e-9));
    assertThat(throughput.cpuMsPerImage()).isEqualTo(1_000 / 32.0, within(1e-9));
  }

  @Test
  void shouldRefuseTooFewPicturesToMeasure() {
    List<Throughput.Sample> samples = List.of(sample(20, 3, 2.0));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Throughput.of(samples))
        .withMessageContaining("all 20 predictions came at once");
  }

  private static Throughput.Sample sample(int received, int seconds, double cpuSeconds) {
    return new Throughput.Sample(
        received, seconds * 1_000_000_000L, Duration.ofMillis(Math.round(cpuSeconds * 1_000)), 900);
  }
}
