package dev.imprint.page.classes;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the labels were reviewed last.
 *
 * @param running whether one is running
 * @param at when it ended; null if none has ended yet
 * @param pictures that were compared
 * @param judged of these, by heads that have not learned from them
 * @param notes why that is less than all, in sentences
 * @param problem why the last attempt failed; null if it did not
 */
record ReviewState(
    boolean running,
    @Nullable Instant at,
    int pictures,
    int judged,
    List<String> notes,
    @Nullable String problem) {
  static final ReviewState NONE = new ReviewState(false, null, 0, 0, List.of(), null);

  ReviewState {
    notes = List.copyOf(notes);
  }

  ReviewState running(boolean now) {
    return new ReviewState(now, at, pictures, judged, notes, problem);
  }

  ReviewState failed(String why) {
    return new ReviewState(false, at, pictures, judged, notes, why);
  }
}
