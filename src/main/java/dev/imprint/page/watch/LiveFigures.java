package dev.imprint.page.watch;

import dev.imprint.model.Interval;
import dev.imprint.model.Outcome;
import dev.imprint.model.Prediction;
import dev.imprint.model.ServingModel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts what the feed reads. Used by the feed's thread alone; takes a bounded amount of memory.
 */
final class LiveFigures {
  private static final int HISTORY_SECONDS = 300;
  private static final int LATENESS_SECONDS = 10;
  private static final int MOST_LATE = 2_000;

  /** As many as the trigger looks at. */
  static final int MOST_OUTCOMES = 1_000;

  private static final int MOST_VERSIONS = 5;

  private record Late(Instant at, long millis) {}

  private record Judged(String version, boolean right) {}

  private final Deque<Double> history = new ArrayDeque<>();
  private final Deque<Late> late = new ArrayDeque<>();
  private final Deque<Judged> judged = new ArrayDeque<>();
  private int images;
  private int deadLetters;

  /**
   * @param isNew whether it was made while the feed ran
   */
  void predicted(Prediction prediction, boolean isNew, Instant now) {
    if (isNew) {
      images++;
      long millis = Duration.between(prediction.receivedAt(), prediction.predictedAt()).toMillis();
      add(late, new Late(now, millis), MOST_LATE);
    }
  }

  void deadLetter(boolean isNew) {
    deadLetters += isNew ? 1 : 0;
  }

  /** Only pictures that the service asked for at random say something about accuracy. */
  void judged(Outcome outcome) {
    String version = outcome.modelVersion();
    if (outcome.asked() && version != null && !version.equals(ServingModel.NO_VERSION)) {
      boolean right = outcome.result() == Outcome.Result.RIGHT;
      add(judged, new Judged(version, right), MOST_OUTCOMES);
    }
  }

  /** Forgets the outcomes, which are going to be read again. */
  void restart() {
    judged.clear();
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
        lateness(now),
        accuracy(),
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

  private Figures.@Nullable Lateness lateness(Instant now) {
    Instant since = now.minusSeconds(LATENESS_SECONDS);
    late.removeIf(each -> each.at().isBefore(since));
    if (late.isEmpty()) {
      return null;
    }
    long[] sorted = late.stream().mapToLong(Late::millis).toArray();
    Arrays.sort(sorted);
    return new Figures.Lateness(quantile(sorted, 0.5), quantile(sorted, 0.95));
  }

  private static long quantile(long[] sorted, double share) {
    return sorted[(int) Math.ceil(share * sorted.length) - 1];
  }

  private List<Figures.VersionAccuracy> accuracy() {
    Map<String, int[]> counts = new LinkedHashMap<>(); // right and all, the newest version first
    judged
        .descendingIterator()
        .forEachRemaining(
            each -> {
              int[] count = counts.computeIfAbsent(each.version(), version -> new int[2]);
              count[0] += each.right() ? 1 : 0;
              count[1]++;
            });
    return counts.entrySet().stream()
        .limit(MOST_VERSIONS)
        .map(entry -> accuracy(entry.getKey(), entry.getValue()[0], entry.getValue()[1]))
        .toList();
  }

  private static Figures.VersionAccuracy accuracy(String version, int right, int all) {
    double share = (double) right / all;
    return new Figures.VersionAccuracy(version, all, share, Interval.ofShare(share, all));
  }
}
