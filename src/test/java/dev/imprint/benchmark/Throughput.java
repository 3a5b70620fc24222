package dev.imprint.benchmark;

import java.time.Duration;
import java.util.List;

/** How fast a backlog is worked off, and at what cost. */
record Throughput(double imagesPerSecond, double cpuMsPerImage) {
  private static final int WARM_UP = 5;

  /**
   * Progress after a poll.
   *
   * @param received predictions so far
   * @param nanos of {@link System#nanoTime}
   * @param cpu of the program, since its start
   * @param residentMiB of the program
   */
  record Sample(int received, long nanos, Duration cpu, long residentMiB) {}

  /**
   * From the end of the first fifth to the last prediction.
   *
   * @param samples of polls that brought something, at least two; the last one has everything
   */
  static Throughput of(List<Sample> samples) {
    int all = samples.get(samples.size() - 1).received();
    return between(samples, (all + WARM_UP - 1) / WARM_UP, all);
  }

  /** From so many predictions to so many. A batch's arrive together, so both are ends of polls. */
  static Throughput between(List<Sample> samples, int from, int to) {
    Sample first = at(samples, from);
    Sample last = at(samples, to);
    int images = last.received() - first.received();
    if (images == 0) {
      throw new IllegalArgumentException(
          "all %d predictions came at once: send more pictures".formatted(last.received()));
    }
    return new Throughput(
        images / ((last.nanos() - first.nanos()) / 1e9),
        last.cpu().minus(first.cpu()).toNanos() / 1e6 / images);
  }

  /** The first one with so many predictions. */
  static Sample at(List<Sample> samples, int received) {
    return samples.stream().filter(s -> s.received() >= received).findFirst().orElseThrow();
  }
}
