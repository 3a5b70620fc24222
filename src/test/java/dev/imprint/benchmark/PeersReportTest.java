package dev.imprint.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeersReportTest {
  private static final List<Latency> LATENCIES =
      List.of(new Latency(30, 50.04), new Latency(40, 60));

  private final PeersReport report = new PeersReport(List.of("ours", "theirs"));

  @Test
  void shouldShowEachRoundOfAProgramInTheOrderOfThePrograms() {
    report.add("photographs", 1, "ours", result(120, 0.5, 0.25));
    report.add("photographs", 1, "theirs", result(100, 0.5, 0.75));
    report.add("photographs", 2, "theirs", result(150, 0.5, 0.25));
    report.add("photographs", 2, "ours", result(120, 0.5, 0.25));

    assertThat(report.serving().lines().skip(2))
        .containsExactly(
            "| ours | 1 | 120.0 | 8.00 | 30.0 | 50.0 | 40.0 | 60.0 | 900 | 3.5 | 4.2 | 0.0000 |",
            "| ours | 2 | 120.0 | 8.00 | 30.0 | 50.0 | 40.0 | 60.0 | 900 | 3.5 | 4.2 | 0.0000 |",
            "| theirs | 1 | 100.0 | 8.00 | 30.0 | 50.0 | 40.0 | 60.0 | 900 | 3.5 | 4.2 | 0.2500 |",
            "| theirs | 2 | 150.0 | 8.00 | 30.0 | 50.0 | 40.0 | 60.0 | 900 | 3.5 | 4.2 | 0.0000 |");
  }

  @Test
  void shouldCompareRatesOfTheSameRound() {
    report.add("photographs", 1, "ours", result(120, 0.5));
    report.add("photographs", 1, "theirs", result(100, 0.5));
    report.add("photographs", 2, "theirs", result(150, 0.5));
    report.add("photographs", 2, "ours", result(120, 0.5));

    assertThat(report.ratios()).isEqualTo("to theirs, **1.20 / 0.80**");
  }

  @Test
  void shouldShowTheOtherPicturesWithAllRoundsInARow() {
    report.add("photographs", 1, "ours", result(1, 0.5));
    for (int round = 1; round <= 2; round++) {
      report.add("large", round, "ours", result(10 * round, 0.5));
      report.add("large", round, "theirs", result(11 * round, 0.625));
    }

    assertThat(report.sizes().lines().skip(2))
        .containsExactly(
            "| large | ours | 10.0 / 20.0 | 8.00 / 8.00 | 0.0000 / 0.0000 |",
            "|  | theirs | 11.0 / 22.0 | 8.00 / 8.00 | 0.1250 / 0.1250 |");
  }

  private static PeerRun.Result result(double rate, double... confidences) {
    List<Throughput.Sample> samples =
        List.of(
            new Throughput.Sample(20, 0, Duration.ZERO, 900),
            new Throughput.Sample(100, Math.round(80 / rate * 1e9), Duration.ofMillis(640), 900));
    return new PeerRun.Result(samples, LATENCIES, 900, 3.5, 4.2, confidences);
  }
}
