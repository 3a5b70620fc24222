package dev.imprint.model.labels;

import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The current names of labels. Records keep labels for ever, under the names of their time, and
 * people go on using old names; so every reader looks names up here. Each name leads to the current
 * one in one step, however often a label was renamed, so there are no chains or cycles.
 *
 * @param names current names by former ones
 * @param retired by their current names: neither learned nor predicted
 * @param since until when each former name meant another label than the current one does: when they
 *     were merged, or {@link Instant#EPOCH} if it is just another name for it. Records of earlier
 *     builds lack some, and have the time of a renaming too
 * @param mergedBefore sequence number of the first version that can have learned the labels as last
 *     merged; 0 if none were, and in records of earlier builds
 */
public record LabelChanges(
    Map<String, String> names, Set<String> retired, Map<String, Instant> since, int mergedBefore) {
  public static final LabelChanges NONE = new LabelChanges(Map.of(), Set.of());

  /** So that they fit into a record, and a mistaken script ends early. */
  private static final int MOST = 2_000;

  /** JSON of other releases may omit one. */
  @SuppressWarnings("RedundantNullCheck")
  public LabelChanges {
    names = Map.copyOf(Objects.requireNonNullElse(names, Map.of()));
    retired = Set.copyOf(Objects.requireNonNullElse(retired, Set.of()));
    since = Map.copyOf(Objects.requireNonNullElse(since, Map.of()));
  }

  /** Made at unknown times. */
  public LabelChanges(Map<String, String> names, Set<String> retired) {
    this(names, retired, Map.of(), 0);
  }

  /** Its current name, even if it is retired. */
  public String named(String label) {
    return names.getOrDefault(label, label);
  }

  /** Its current name; null if it is retired. */
  public @Nullable String of(String label) {
    String now = named(label);
    return retired.contains(now) ? null : now;
  }

  /** Whether any of these labels has another name now, or is retired. */
  public boolean concern(Collection<String> labels) {
    return labels.stream().anyMatch(label -> !label.equals(of(label)));
  }

  /** Whether two names that have become one still meant different labels at a time. */
  public boolean differed(String name, String other, Instant then) {
    return !name.equals(other)
        && named(name).equals(named(other))
        && (meantAnother(name, then) || meantAnother(other, then));
  }

  private boolean meantAnother(String former, Instant then) {
    return names.containsKey(former) && !since.getOrDefault(former, Instant.MAX).isBefore(then);
  }

  /** The same, noting that only a version with this sequence number or a later one knows them. */
  public LabelChanges mergedBefore(int version) {
    return new LabelChanges(names, retired, since, version);
  }

  /**
   * The changes after one more.
   *
   * @param known labels in use, by their current names
   * @param at when it is made
   * @throws IllegalArgumentException if it cannot be made; the message says why, and what to do
   */
  public LabelChanges with(LabelChange change, Set<String> known, Instant at) {
    for (String label : change.labels()) {
      requireCurrent(label, known);
    }
    LabelChanges next =
        switch (change.kind()) {
          case RENAME, MERGE -> renamed(change, Objects.requireNonNull(change.into()), known, at);
          case RETIRE -> retiring(change.labels().get(0));
          case RESTORE -> restoring(change.labels().get(0));
        };
    if (next.names().size() > MOST || next.retired().size() > MOST) {
      throw new IllegalArgumentException(
          "more than %d labels have former names, or are retired".formatted(MOST));
    }
    return next;
  }

  private void requireCurrent(String label, Set<String> known) {
    if (names.containsKey(label)) {
      throw new IllegalArgumentException(
          "'%s' is a former name of '%s': use that".formatted(label, named(label)));
    }
    if (!known.contains(label) && !retired.contains(label)) {
      throw new IllegalArgumentException(
          "there is no label '%s': 'imprint labels list' shows all".formatted(label));
    }
  }

  private LabelChanges renamed(LabelChange change, String into, Set<String> known, Instant at) {
    Set<String> those = new LinkedHashSet<>(change.labels());
    String owner = names.get(into);
    if (owner != null && !those.contains(owner)) {
      throw new IllegalArgumentException(
          "'%s' is a former name of '%s', which keeps it: use another".formatted(into, owner));
    }
    if (change.kind() == LabelChange.Kind.RENAME) {
      if (those.contains(into)) {
        throw new IllegalArgumentException("'%s' is its name already".formatted(into));
      }
      if (known.contains(into) || retired.contains(into)) {
        throw new IllegalArgumentException(
            "there is a label '%s' already: to make one label of both, use 'imprint labels merge'"
                .formatted(into));
      }
    } else {
      requireMergeable(those, into, known);
    }
    Map<String, String> next = new TreeMap<>(names);
    next.replaceAll((former, now) -> those.contains(now) ? into : now);
    those.forEach(label -> next.put(label, into));
    next.remove(into);
    Set<String> out = new TreeSet<>(retired);
    if (out.removeAll(those)) {
      out.add(into);
    }
    String same = change.kind() == LabelChange.Kind.RENAME ? change.labels().get(0) : named(into);
    return new LabelChanges(next, out, times(next, same, into, at), mergedBefore);
  }

  /**
   * @param next names after the change
   * @param same the label, by its name before, that goes on as {@code into}; others become part of
   *     it at this moment
   */
  private Map<String, Instant> times(
      Map<String, String> next, String same, String into, Instant at) {
    // If it gets a former name back, all of its names meant another label until that one did.
    Instant its = names.containsKey(into) ? since.get(into) : Instant.EPOCH;
    Map<String, Instant> times = new TreeMap<>();
    next.forEach(
        (name, now) -> {
          Instant before = name.equals(named(name)) ? Instant.EPOCH : since.get(name);
          boolean changed = !now.equals(named(name));
          if (changed && !named(name).equals(same)) {
            times.put(name, at);
          } else if (before != null && !changed) {
            times.put(name, before);
          } else if (before != null && its != null) {
            times.put(name, before.isAfter(its) ? before : its);
          }
        });
    return times;
  }

  private void requireMergeable(Set<String> those, String into, Set<String> known) {
    if (those.equals(Set.of(into))) {
      throw new IllegalArgumentException(
          "there is nothing to merge: name another label beside '%s'".formatted(into));
    }
    if (those.size() == 1 && !known.contains(into) && !retired.contains(into)) {
      throw new IllegalArgumentException(
          "there is no label '%s' to merge with: to rename, use 'imprint labels rename'"
              .formatted(into));
    }
    for (String label : retired) {
      if (those.contains(label) || label.equals(into)) {
        throw new IllegalArgumentException(
            "'%1$s' is retired: first, imprint labels retire --undo '%1$s'".formatted(label));
      }
    }
  }

  private LabelChanges retiring(String label) {
    Set<String> next = new TreeSet<>(retired);
    if (!next.add(label)) {
      throw new IllegalArgumentException("'%s' is retired already".formatted(label));
    }
    return new LabelChanges(names, next, since, mergedBefore);
  }

  private LabelChanges restoring(String label) {
    Set<String> next = new TreeSet<>(retired);
    if (!next.remove(label)) {
      throw new IllegalArgumentException("'%s' is not retired".formatted(label));
    }
    return new LabelChanges(names, next, since, mergedBefore);
  }
}
