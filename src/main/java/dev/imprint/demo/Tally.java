package dev.imprint.demo;

import dev.imprint.demo.belt.BeltPicture;
import dev.imprint.demo.belt.Scene;
import dev.imprint.model.Recent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Matches answers with the pictures that were sent, by id. Thread-safe; times are readings of a
 * single clock in nanoseconds, passed in.
 *
 * <p>Arithmetic: sent = predicted + rejected + lost + waiting, and each answer beyond a picture's
 * first is a duplicate. This also holds for an endless stream: a picture that waits longer than the
 * deadline is lost, and an answer that arrives after that is late, not a duplicate.
 */
final class Tally {
  /** How many answered ids are remembered, to distinguish duplicates from strangers. */
  private static final int REMEMBERED = 100_000;

  /** Number of most recent answers over which latency is computed. */
  private static final int LATENCIES = 10_000;

  private static final int NAMED = 5;

  /** The effect of an answer on its picture. */
  sealed interface Arrival {
    /** The picture's first answer, in time. */
    record Answered(@Nullable String truth, @Nullable Scene scene, Duration latency)
        implements Arrival {}

    /** Another answer for the same picture. */
    record Doubled() implements Arrival {}

    /** The answer came after the deadline. */
    record Late() implements Arrival {}

    /** An answer for somebody else's picture. */
    record Stranger() implements Arrival {}
  }

  private record Waiting(@Nullable String truth, @Nullable Scene scene, long sentAt) {}

  private final long deadlineNanos;
  private final Map<String, Waiting> waiting = new LinkedHashMap<>(); // in the order of sending
  private final Map<String, Boolean> answered = // id -> whether it was in time
      Recent.put(REMEMBERED);
  private final Map<String, Integer> reasons = new TreeMap<>();
  private final List<String> lostIds = new ArrayList<>();
  private final List<String> doubledIds = new ArrayList<>();
  private final long[] latencies = new long[LATENCIES];
  private long slowest;
  private long sent;
  private long predicted;
  private long lost;
  private long doubled;
  private long late;

  Tally(Duration deadline) {
    this.deadlineNanos = deadline.toNanos();
  }

  synchronized void sent(BeltPicture picture, long now) {
    sent++;
    waiting.put(picture.id(), new Waiting(picture.truth(), picture.scene(), now));
  }

  synchronized Arrival predicted(String id, long now) {
    Arrival outcome = answered(id, now);
    if (outcome instanceof Arrival.Answered first) {
      long nanos = first.latency().toNanos();
      latencies[(int) (predicted++ % LATENCIES)] = nanos;
      slowest = Math.max(slowest, nanos);
    }
    return outcome;
  }

  /**
   * @param reason that of the picture's dead letter
   */
  synchronized Arrival rejected(String id, String reason, long now) {
    Arrival outcome = answered(id, now);
    if (outcome instanceof Arrival.Answered) {
      reasons.merge(reason, 1, Integer::sum);
    }
    return outcome;
  }

  private Arrival answered(String id, long now) {
    giveUp(now);
    Waiting picture = waiting.remove(id);
    if (picture != null) {
      answered.put(id, true);
      return new Arrival.Answered(
          picture.truth(), picture.scene(), Duration.ofNanos(now - picture.sentAt()));
    }
    Boolean inTime = answered.get(id);
    if (inTime == null) {
      return new Arrival.Stranger();
    }
    if (!inTime) {
      answered.put(id, true);
      late++;
      return new Arrival.Late();
    }
    doubled++;
    name(id, doubledIds);
    return new Arrival.Doubled();
  }

  /** Counts pictures that have waited longer than the deadline as lost. */
  private void giveUp(long now) {
    Iterator<Map.Entry<String, Waiting>> oldest = waiting.entrySet().iterator();
    while (oldest.hasNext()) {
      Map.Entry<String, Waiting> picture = oldest.next();
      if (now - picture.getValue().sentAt() <= deadlineNanos) {
        return;
      }
      oldest.remove();
      answered.put(picture.getKey(), false);
      lost++;
      name(picture.getKey(), lostIds);
    }
  }

  private static void name(String id, List<String> ids) {
    if (ids.size() < NAMED) {
      ids.add(id);
    }
  }

  /** The number waiting for an answer; those past the deadline are lost and no longer wait. */
  synchronized int waiting(long now) {
    giveUp(now);
    return waiting.size();
  }

  synchronized PicturesReport report(long now) {
    giveUp(now);
    long[] sorted = Arrays.copyOf(latencies, (int) Math.min(predicted, LATENCIES));
    Arrays.sort(sorted);
    return new PicturesReport(
        new PicturesReport.Counts(sent, predicted, lost, doubled, late),
        reasons,
        new PicturesReport.Latency(
            percentile(sorted, 0.5), percentile(sorted, 0.99), Duration.ofNanos(slowest)),
        lostIds,
        doubledIds);
  }

  private static Duration percentile(long[] sorted, double share) {
    return sorted.length == 0
        ? Duration.ZERO
        : Duration.ofNanos(sorted[(int) Math.ceil(share * sorted.length) - 1]);
  }
}
