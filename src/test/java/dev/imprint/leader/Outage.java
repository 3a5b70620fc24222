package dev.imprint.leader;

import dev.imprint.leader.LearningObserver.Seen;
import dev.imprint.model.Prediction;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * How an instance ended, and the observed effect.
 *
 * @param what was done to which instance
 * @param at the moment of the signal
 * @param until when the next one was ended
 * @param leaderAfter from the signal until another instance led; empty if it was not the leader
 */
record Outage(String what, Instant at, Instant until, Optional<Duration> leaderAfter) {

  /**
   * @param partitions of the topic images
   */
  String describe(List<Seen> predictions, int partitions) {
    return "%s: longest without a prediction, by partition: %s s to commit, %s s to compute%s"
        .formatted(
            what,
            longest(predictions, partitions, Seen::at),
            longest(predictions, partitions, seen -> seen.prediction().predictedAt()),
            leaderAfter
                .map(time -> "; another instance leads after %.1f s".formatted(seconds(time)))
                .orElse(""));
  }

  private String longest(List<Seen> predictions, int partitions, Function<Seen, Instant> time) {
    return IntStream.range(0, partitions)
        .mapToObj(
            partition ->
                longest(
                    predictions.stream()
                        .filter(seen -> partition(seen.prediction()) == partition)
                        .map(time)
                        .sorted()
                        .toList()))
        .sorted()
        .map(gap -> "%.1f".formatted(seconds(gap)))
        .toList()
        .toString();
  }

  /** The longest gap between two of these that ends after the signal and begins before the end. */
  private Duration longest(List<Instant> times) {
    return IntStream.range(1, times.size())
        .filter(i -> times.get(i).isAfter(at) && times.get(i - 1).isBefore(until))
        .mapToObj(i -> Duration.between(times.get(i - 1), times.get(i)))
        .max(Duration::compareTo)
        .orElse(Duration.ZERO);
  }

  private static int partition(Prediction prediction) {
    return prediction.claim().partition();
  }

  private static double seconds(Duration time) {
    return time.toMillis() / 1e3;
  }
}
