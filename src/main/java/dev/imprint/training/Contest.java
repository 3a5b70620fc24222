package dev.imprint.training;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The answers of a new head, the challenger, and of the head that serves, the champion, on the same
 * examples. No answer is by a head that has learned from its example.
 *
 * @param pairs at least one
 * @param labels that the challenger knows
 * @param champion null for a first head
 */
record Contest(List<Pair> pairs, Set<String> labels, @Nullable Opponent champion) {
  /**
   * One example.
   *
   * @param champion null if there is none, or if every head of it has learned from the example
   */
  record Pair(String truth, String challenger, @Nullable String champion) {}

  /**
   * The champion.
   *
   * @param labels that it knows
   * @param mustBeBeaten {@link Champion#mustBeBeaten()}
   * @param tuned {@link Champion#tuned()}
   * @param differs whether the challenger has learned from other labels or pictures, or by another
   *     backbone
   */
  record Opponent(Set<String> labels, boolean mustBeBeaten, boolean tuned, boolean differs) {
    Opponent(Set<String> labels, boolean mustBeBeaten, boolean differs) {
      this(labels, mustBeBeaten, false, differs);
    }

    Opponent {
      labels = Set.copyOf(labels);
    }
  }

  Contest {
    pairs = List.copyOf(pairs);
    labels = Set.copyOf(labels);
  }
}
