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
 * @param confusion truth → label predicted, or in brackets why there is none → how often; of
 *     pictures whose truth is known
 * @param lostIds the first few
 * @param doubledIds the first few
 */
public record DemoReport(
    Counts counts,
    Map<String, Integer> rejected,
    Duration p50,
    Duration p99,
    List<String> versions,
    Map<String, Map<String, Integer>> confusion,
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

  /** Answered pictures whose truth is known. */
  public int judged() {
    return confusion.values().stream()
        .flatMap(labels -> labels.values().stream())
        .mapToInt(Integer::intValue)
        .sum();
  }

  public int right() {
    return confusion.entrySet().stream()
        .mapToInt(truth -> truth.getValue().getOrDefault(truth.getKey(), 0))
        .sum();
  }

  /** Share of the judged that are right, in 0..1; NaN if none is judged. */
  public double accuracy() {
    return judged() == 0 ? Double.NaN : right() / (double) judged();
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
