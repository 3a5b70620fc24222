package dev.imprint.page.watch;

import dev.imprint.model.Outcome;
import dev.imprint.model.Prediction;
import dev.imprint.page.feed.InstanceState;
import dev.imprint.page.feed.LiveAnswers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Counts what the feed reads. Used by the feed's thread alone; takes a bounded amount of memory.
 */
final class LiveFigures {
  private static final int HISTORY_SECONDS = 300;
  private static final int LATENCY_SECONDS = 10;
  static final int MOST_LATENCIES = 2_000;

  private record Taken(Instant at, long millis) {}

  private final Deque<Double> history = new ArrayDeque<>();
  private final Deque<Taken> latencies = new ArrayDeque<>();
  private final LiveAnswers answers = new LiveAnswers();
  private int images;
  private int deadLetters;

  /**
   * @param isNew whether it was made while the feed ran
   */
  void predicted(Prediction prediction, boolean isNew, Instant now) {
    if (isNew) {
      images++;
      long millis = Duration.between(prediction.receivedAt(), prediction.predictedAt()).toMillis();
      add(latencies, new Taken(now, millis), MOST_LATENCIES);
    }
  }

  void deadLetter(boolean isNew) {
    deadLetters += isNew ? 1 : 0;
  }

  void judged(Outcome outcome) {
    answers.judged(outcome);
  }

  /** Forgets the outcomes, which are going to be read again. */
  void restart() {
    answers.clear();
  }

  private static <T> void add(Deque<T> newest, T one, int most) {
    newest.add(one);
    if (newest.size() > most) {
      newest.remove();
    }
  }

  /**
   * Ends a second.
   *
   * @param seconds that it really took
   */
  Figures second(Instant now, double seconds, InstanceState instance, @Nullable String problem) {
    double rate = rate(images, seconds);
    double rejected = rate(deadLetters, seconds);
    images = 0;
    deadLetters = 0;
    add(history, rate, HISTORY_SECONDS);
    return new Figures(
        now,
        rate,
        rejected,
        Watcher.Shown.NOTHING,
        latency(now),
        answers.byVersion(),
        instance.health(),
        instance.serving(),
        problem);
  }

  /** To one decimal. */
  private static double rate(int count, double seconds) {
    return Math.round(10 * count / seconds) / 10.0;
  }

  RateHistory history(Instant now) {
    return new RateHistory(now, new ArrayList<>(history));
  }

  private Figures.@Nullable Latency latency(Instant now) {
    Instant since = now.minusSeconds(LATENCY_SECONDS);
    latencies.removeIf(each -> each.at().isBefore(since));
    if (latencies.isEmpty()) {
      return null;
    }
    long[] sorted = latencies.stream().mapToLong(Taken::millis).toArray();
    Arrays.sort(sorted);
    return new Figures.Latency(quantile(sorted, 0.5), quantile(sorted, 0.95));
  }

  private static long quantile(long[] sorted, double share) {
    return sorted[(int) Math.ceil(share * sorted.length) - 1];
  }
}
