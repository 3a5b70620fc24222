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
   */
  record Sample(int received, long nanos, Duration cpu) {}

  /**
   * From the end of the first fifth to the last prediction. A batch's predictions arrive together,
   * so the fifth ends with a poll.
   *
   * @param samples of polls that brought something, at least two; the last one has everything
   */
  static Throughput of(List<Sample> samples) {
    Sample last = samples.get(samples.size() - 1);
    Sample warm =
        samples.stream()
            .filter(s -> s.received() * WARM_UP >= last.received())
            .findFirst()
            .orElseThrow();
    int images = last.received() - warm.received();
    if (images == 0) {
      throw new IllegalArgumentException(
          "all %d predictions came at once: send more pictures".formatted(last.received()));
    }
    return new Throughput(
        images / ((last.nanos() - warm.nanos()) / 1e9),
        last.cpu().minus(warm.cpu()).toNanos() / 1e6 / images);
  }
}
