package dev.imprint.benchmark;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The section on peers: each program's figures, next to those of the first program. */
final class PeersReport {
  /** One kind of picture, in all rounds. */
  private record Kind(String name, List<Measured> rows) {}

  /**
   * @param round from 1
   */
  private record Measured(int round, String peer, PeerRun.Result result) {}

  private final List<String> peers;
  private final List<Kind> kinds = new ArrayList<>();

  /**
   * @param peers in the order of the rows; confidences and rates are compared with the first one's
   */
  PeersReport(List<String> peers) {
    this.peers = List.copyOf(peers);
  }

  void add(String pictures, int round, String peer, PeerRun.Result result) {
    Kind kind =
        kinds.stream()
            .filter(k -> k.name().equals(pictures))
            .findFirst()
            .orElseGet(
                () -> {
                  kinds.add(new Kind(pictures, new ArrayList<>()));
                  return kinds.get(kinds.size() - 1);
                });
    kind.rows().add(new Measured(round, peer, result));
  }

  /** With latencies at two rates, of the first kind of pictures; a row for each round. */
  String serving() {
    StringBuilder table =
        new StringBuilder(
            """
            | | round | images/s | CPU ms/image | at 10/s: p50, ms | p99, ms | at 60/s: p50, ms | p99, ms | memory, MiB | start, s | start, CPU s | difference |
            |---|---|---|---|---|---|---|---|---|---|---|---|
            """);
    for (String peer : peers) {
      for (Measured row : rows(kinds.get(0), peer)) {
        PeerRun.Result r = row.result();
        Latency slow = r.latencies().get(0);
        Latency fast = r.latencies().get(1);
        table.append(
            "| %s | %d | %.1f | %.2f | %.1f | %.1f | %.1f | %.1f | %d | %.1f | %.1f | %s |\n"
                .formatted(
                    peer,
                    row.round(),
                    r.throughput().imagesPerSecond(),
                    r.throughput().cpuMsPerImage(),
                    slow.p50Ms(),
                    slow.p99Ms(),
                    fast.p50Ms(),
                    fast.p99Ms(),
                    r.residentMiB(),
                    r.startSeconds(),
                    r.startCpuSeconds(),
                    difference(kinds.get(0), row)));
      }
    }
    return table.toString();
  }

  /** The other kinds of pictures; a row for all rounds. */
  String sizes() {
    StringBuilder table =
        new StringBuilder(
            """
            | pictures | | images/s | CPU ms/image | difference |
            |---|---|---|---|---|
            """);
    for (Kind kind : kinds.subList(1, kinds.size())) {
      for (String peer : peers) {
        List<Measured> rows = rows(kind, peer);
        table.append(
            "| %s | %s | %s | %s | %s |\n"
                .formatted(
                    peer.equals(peers.get(0)) ? kind.name() : "",
                    peer,
                    each(rows, "%.1f", r -> r.throughput().imagesPerSecond()),
                    each(rows, "%.2f", r -> r.throughput().cpuMsPerImage()),
                    rows.stream().map(row -> difference(kind, row)).collect(joining(" / "))));
      }
    }
    return table.toString();
  }

  /** How many times as many images a second the first program classifies, round by round. */
  String ratios() {
    return peers.stream()
        .skip(1)
        .map(peer -> "to %s, **%s**".formatted(peer, ratio(kinds.get(0), peer)))
        .collect(joining("; "));
  }

  private String ratio(Kind kind, String peer) {
    return rows(kind, peer).stream()
        .map(row -> first(kind, row.round()).throughput().imagesPerSecond() / rate(row))
        .map(ratio -> String.format(Locale.ROOT, "%.2f", ratio))
        .collect(joining(" / "));
  }

  private static double rate(Measured row) {
    return row.result().throughput().imagesPerSecond();
  }

  /** The average difference of confidences: whether the programs do the same work. */
  private String difference(Kind kind, Measured row) {
    double[] expected = first(kind, row.round()).confidences();
    double[] actual = row.result().confidences();
    double sum = 0;
    for (int i = 0; i < actual.length; i++) {
      sum += Math.abs(actual[i] - expected[i]);
    }
    return String.format(Locale.ROOT, "%.4f", sum / actual.length);
  }

  private PeerRun.Result first(Kind kind, int round) {
    return rows(kind, peers.get(0)).get(round - 1).result();
  }

  private static List<Measured> rows(Kind kind, String peer) {
    return kind.rows().stream().filter(row -> row.peer().equals(peer)).toList();
  }

  private static String each(
      List<Measured> rows, String format, ToDoubleFunction<PeerRun.Result> figure) {
    return rows.stream()
        .map(row -> String.format(Locale.ROOT, format, figure.applyAsDouble(row.result())))
        .collect(joining(" / "));
  }
}
