package dev.imprint.demo;

import dev.imprint.model.serving.ServingModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Goes through the {@link Phase}s: something changes on the belt, the accuracy of versions that do
 * not know it drops, and once newer ones are right often enough, nothing changes for a window of
 * pictures; then comes the next change. Used by one thread; times are nanoseconds of a single
 * clock, passed in.
 */
final class Story {
  private final StorySettings settings;
  private final List<Change> changes = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();
  private final Set<String> seen = new HashSet<>();

  /** Versions that answered before the last change. */
  private Set<String> older = Set.of(ServingModel.NO_VERSION);

  private Phase phase;
  private long since;
  private long feedbackBefore;
  private boolean late;
  private Share before = Share.NONE;
  private Share fallen = Share.NONE;
  private final RecentAnswers window;

  /**
   * One picture's answer.
   *
   * @param version the one that answered
   * @param labels those that the version knows; empty if unknown
   * @param feedback how many labels have been sent back so far
   */
  record BeltAnswer(String version, List<String> labels, boolean right, long feedback) {}

  /**
   * A change that was learned.
   *
   * @param before answers in the last window before it; none before the first
   * @param fallen answers after it by versions that had not learned it
   * @param after answers in the window that made it count as learned
   * @param version the last one that answered
   * @param feedback how many labels have been sent back since the change
   */
  record Change(
      Phase phase,
      Share before,
      Share fallen,
      Share after,
      Duration took,
      String version,
      long feedback) {}

  Story(StorySettings settings, long now) {
    this(settings, Phase.COLD, now);
  }

  private Story(StorySettings settings, Phase phase, long now) {
    this.settings = settings;
    this.window = new RecentAnswers(settings.window());
    this.phase = phase;
    this.since = now;
  }

  /** A story that is over from the start: nothing changes. */
  static Story none() {
    return new Story(StorySettings.DEFAULTS, Phase.DONE, 0);
  }

  Phase phase() {
    return phase;
  }

  /** Whether it has ended, or a phase was not reached in time. */
  boolean over() {
    return phase == Phase.DONE || !faults.isEmpty();
  }

  /** The changes learned so far. */
  List<Change> changes() {
    return List.copyOf(changes);
  }

  /** For people; empty if everything was reached in time. */
  List<String> faults() {
    return List.copyOf(faults);
  }

  void answered(BeltAnswer answer, long now) {
    seen.add(answer.version());
    if (phase == Phase.DONE) {
      return;
    }
    if (phase.change().isEmpty()) {
      window.add(answer.right());
      if (window.full()) {
        before = window.share();
        older = Set.copyOf(seen);
        enter(phase.next(), answer, now);
      }
    } else if (older.contains(answer.version()) || !phase.learnedWith(answer.labels())) {
      fallen = fallen.plus(answer.right());
    } else {
      window.add(answer.right());
      if (window.full() && window.share().accuracy() >= settings.accuracy()) {
        changes.add(learned(answer, now));
        enter(phase.next(), answer, now);
      }
    }
  }

  private Change learned(BeltAnswer answer, long now) {
    return new Change(
        phase,
        before,
        fallen,
        window.share(),
        Duration.ofNanos(now - since),
        answer.version(),
        answer.feedback() - feedbackBefore);
  }

  private void enter(Phase next, BeltAnswer answer, long now) {
    phase = next;
    since = now;
    late = false;
    feedbackBefore = answer.feedback();
    fallen = Share.NONE;
    window.clear();
  }

  /**
   * Checks the clock.
   *
   * @return whether the phase has just failed
   */
  boolean failed(long now) {
    if (phase == Phase.DONE || late || now - since <= settings.patience().toNanos()) {
      return false;
    }
    late = true;
    faults.add(fault());
    return true;
  }

  private String fault() {
    long seconds = settings.patience().toSeconds();
    if (phase.change().isEmpty()) {
      return "%d pictures had no prediction within %d s".formatted(settings.window(), seconds);
    }
    String late = "%s was not learned within %d s: ".formatted(phase.change(), seconds);
    Share last = window.share();
    return last.all() == 0
        ? late + "no newer model that knows all the parts has made a prediction"
        : late
            + "accuracy %s (95 %%: %s) on the last %d pictures, but %s on %d is needed"
                .formatted(
                    DemoText.percent(last.accuracy()),
                    last.interval().percent(),
                    last.all(),
                    DemoText.percent(settings.accuracy()),
                    settings.window());
  }
}
