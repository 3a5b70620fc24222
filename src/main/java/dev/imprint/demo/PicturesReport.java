package dev.imprint.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The outcome of the pictures that were sent.
 *
 * @param rejected dead letters, by reason
 * @param lostIds the first few
 * @param doubledIds the first few
 */
record PicturesReport(
    Counts counts,
    Map<String, Integer> rejected,
    Latency latency,
    List<String> lostIds,
    List<String> doubledIds) {

  /**
   * Numbers of pictures.
   *
   * @param predicted in time, each once
   * @param lost not answered by the deadline
   * @param doubled answers beyond the first
   * @param late answers after the deadline
   */
  record Counts(long sent, long predicted, long lost, long doubled, long late) {}

  /**
   * From sending to reading the prediction.
   *
   * @param p50 median over the last predictions; likewise {@code p99}
   * @param max over all predictions: a gap in the stream shows here
   */
  record Latency(Duration p50, Duration p99, Duration max) {}

  PicturesReport {
    rejected = Map.copyOf(rejected);
    lostIds = List.copyOf(lostIds);
    doubledIds = List.copyOf(doubledIds);
  }

  int rejectedSum() {
    return rejected.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Faults, in words; empty if there are none. */
  List<String> faults() {
    List<String> faults = new ArrayList<>();
    if (counts.predicted() == 0) {
      faults.add("no prediction came back");
    }
    if (counts.lost() > 0) {
      faults.add("%d lost: %s".formatted(counts.lost(), names(lostIds, counts.lost())));
    }
    if (counts.doubled() > 0) {
      faults.add(
          "%d duplicated: %s".formatted(counts.doubled(), names(doubledIds, counts.doubled())));
    }
    return faults;
  }

  private static String names(List<String> ids, long all) {
    return String.join(", ", ids) + (ids.size() < all ? " …" : "");
  }
}
