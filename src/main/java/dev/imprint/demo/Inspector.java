package dev.imprint.demo;

import dev.imprint.model.Feedback;
import dev.imprint.model.Why;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * The person at the line: looks at some of the pictures, whatever the model said, and labels them a
 * little later. Which ones depends only on seed and id, not on the order of answers. Used by one
 * thread; {@code now} is in nanoseconds of a single clock.
 */
final class Inspector {
  private static final String NAME = "inspector";

  private final InspectorSettings settings;
  private final InstantSource clock;
  private final PriorityQueue<Look> looking = new PriorityQueue<>(Comparator.comparing(Look::due));
  private long said;

  private record Look(String id, String truth, long due) {}

  /**
   * @param clock for the times in the feedback
   */
  Inspector(InspectorSettings settings, InstantSource clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /** Sees a picture that has been answered. */
  void sees(String id, String truth, long now) {
    SplittableRandom random = random(id);
    if (picks(random)) {
      long delay = (long) (settings.delay().toNanos() * (0.5 + random.nextDouble()));
      looking.add(new Look(id, truth, now + delay));
    }
  }

  /** Whether it labels the picture with this id. */
  boolean picks(String id) {
    return picks(random(id));
  }

  private boolean picks(SplittableRandom random) {
    return random.nextDouble() < settings.share();
  }

  private SplittableRandom random(String id) {
    return new SplittableRandom(31 * settings.seed() + id.hashCode());
  }

  /** Whether all labels have been given. */
  boolean isDone() {
    return looking.isEmpty();
  }

  /** The feedback that is due. */
  List<Feedback> says(long now) {
    List<Feedback> feedback = new ArrayList<>();
    for (Look next = looking.peek(); next != null && next.due() <= now; next = looking.peek()) {
      looking.remove();
      feedback.add(
          new Feedback(next.id(), next.truth(), null, null, NAME, Why.RANDOM, clock.instant()));
    }
    said += feedback.size();
    return feedback;
  }

  /** The number of labels so far. */
  long said() {
    return said;
  }
}
