package dev.imprint.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What became of the pictures that were sent.
 *
 * @param rejected dead letters, by reason
 * @param p50 half of the predictions came at least as fast, from sending to reading the prediction
 * @param versions of the models that answered
 * @param confusion of pictures whose truth is known; where there is no label, its place says why in
 *     brackets
 * @param lostIds the first few
 * @param doubledIds the first few
 */
public record DemoReport(
    Counts counts,
    Map<String, Integer> rejected,
    Duration p50,
    Duration p99,
    List<String> versions,
    Confusion confusion,
    List<String> lostIds,
    List<String> doubledIds) {

  /**
   * How many pictures.
   *
   * @param predicted in time, each once
   * @param lost not answered by the deadline
   * @param doubled answers beyond the first
   * @param late answers after the deadline
   */
  public record Counts(long sent, long predicted, long lost, long doubled, long late) {}

  /** Share of the answered pictures of known truth that are right, in 0..1; NaN without any. */
  public double accuracy() {
    return confusion.accuracy();
  }

  public int rejectedSum() {
    return rejected.values().stream().mapToInt(Integer::intValue).sum();
  }

  /**
   * What a demo that works must not show, in words; empty if all is well.
   *
   * @param leastAccuracy in 0..1; not asked of pictures whose truth nobody knows
   */
  public List<String> faults(double leastAccuracy) {
    List<String> faults = new ArrayList<>();
    if (counts.predicted() == 0) {
      faults.add("no prediction came back");
    }
    if (counts.lost() > 0) {
      faults.add("%d lost: %s".formatted(counts.lost(), names(lostIds, counts.lost())));
    }
    if (counts.doubled() > 0) {
      faults.add("%d doubled: %s".formatted(counts.doubled(), names(doubledIds, counts.doubled())));
    }
    if (accuracy() < leastAccuracy) {
      faults.add(
          "accuracy %s is under %s"
              .formatted(DemoText.percent(accuracy()), DemoText.percent(leastAccuracy)));
    }
    return faults;
  }

  private static String names(List<String> ids, long all) {
    return String.join(", ", ids) + (ids.size() < all ? " …" : "");
  }
}
