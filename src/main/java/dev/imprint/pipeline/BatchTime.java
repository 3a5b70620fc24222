package dev.imprint.pipeline;

import static java.util.Comparator.naturalOrder;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * How long a full batch takes.
 *
 * @param alone at startup, with no other batch running, but possibly other programs
 * @param unhindered upper bound for what it would take on an otherwise idle machine
 * @param inService the slowest recent batch, running alongside other threads' batches; zero if none
 */
public record BatchTime(Duration alone, Duration unhindered, Duration inService) {
  private static final int MOST_RUNS = 5;
  private static final Duration LONGEST_MEASURING = Duration.ofSeconds(1);

  /** From a measurement on an otherwise idle machine. */
  public static BatchTime of(Duration alone) {
    return new BatchTime(alone, alone, Duration.ZERO);
  }

  /**
   * Runs a batch at least twice, since the first run warms up. The fastest run counts, as other
   * programs can only slow it down, so a run that is fast enough is the last. If the processor time
   * is shorter, it is used for {@code unhindered}: on an idle machine, a batch on the CPU takes no
   * longer than that.
   *
   * @param clock in nanoseconds
   * @param enough whether a faster time would change nothing
   */
  static BatchTime measure(Runnable batch, LongSupplier clock, Predicate<BatchTime> enough) {
    batch.run();
    long begin = clock.getAsLong();
    long alone = Long.MAX_VALUE;
    long processor = Long.MAX_VALUE;
    for (int run = 1; ; run++) {
      long start = clock.getAsLong();
      long startCpu = processorNanos();
      batch.run();
      alone = Math.min(alone, clock.getAsLong() - start);
      processor = Math.min(processor, processorNanos() - startCpu);
      BatchTime time =
          new BatchTime(
              Duration.ofNanos(alone), Duration.ofNanos(Math.min(alone, processor)), Duration.ZERO);
      if (run == MOST_RUNS
          || clock.getAsLong() - begin > LONGEST_MEASURING.toNanos()
          || enough.test(time)) {
        return time;
      }
    }
  }

  /**
   * That of a larger batch, at the same time per image.
   *
   * @param measured how many images this batch has
   * @param images how many the larger one has
   */
  BatchTime scaled(int measured, int images) {
    return new BatchTime(
        alone.multipliedBy(images).dividedBy(measured),
        unhindered.multipliedBy(images).dividedBy(measured),
        inService);
  }

  /** The longer of each duration. */
  BatchTime or(BatchTime other) {
    return new BatchTime(
        longest(alone, other.alone),
        longest(unhindered, other.unhindered),
        longest(inService, other.inService));
  }

  BatchTime inService(Duration slowest) {
    return new BatchTime(alone, unhindered, slowest);
  }

  /** For messages. */
  Duration longest() {
    return Stream.of(alone, inService).max(naturalOrder()).orElseThrow();
  }

  private static Duration longest(Duration a, Duration b) {
    return List.of(a, b).stream().max(naturalOrder()).orElseThrow();
  }

  /** Processor time of all threads of this process, or elapsed time if Java cannot tell. */
  private static long processorNanos() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getProcessCpuTime()
        : System.nanoTime();
  }
}
