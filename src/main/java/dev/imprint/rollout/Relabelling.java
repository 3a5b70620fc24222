package dev.imprint.rollout;

import dev.imprint.labels.LabelledSet;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.labels.LabelChange;
import dev.imprint.model.labels.LabelChanges;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A change of labels and its consequences, before it is made: for the leader, who makes it, and for
 * {@code --dry-run}.
 *
 * @param after all changes, including this one
 * @param examples labelled pictures that it concerns
 * @param serving the version that a new one replaces, with the same weights; null if it knows none
 *     of the labels
 * @param initial whether it concerns the head that serves until a version does
 */
public record Relabelling(
    LabelChange change,
    LabelChanges after,
    int examples,
    @Nullable ModelVersion serving,
    boolean initial) {

  /**
   * @param set under the current changes
   * @param initial labels that the service started with: of a head from a file, or of the
   *     backbone's own classifier; empty for none
   * @param at when it is made
   * @throws RefusedException if it cannot be made
   */
  public static Relabelling of(
      LabelChange change, Models models, LabelledSet set, Collection<String> initial, Instant at)
      throws RefusedException {
    String problem = models.labelsProblem();
    if (problem != null) {
      throw new RefusedException("earlier changes would be lost: " + problem);
    }
    LabelChanges now = models.labelChanges();
    ModelVersion serving = models.serving();
    // Once a version has been rolled out, nothing leads back to the head before.
    Collection<String> first = models.rollout() == null ? initial : List.of();
    Set<String> known = new HashSet<>(set.byLabel().keySet());
    for (ModelVersion version : models.versions()) { // any of them may serve again
      version.labels().forEach(label -> known.add(now.named(label)));
    }
    first.forEach(label -> known.add(now.named(label)));
    LabelChanges after = after(change, models, known, at);
    if (serving != null && serving.labels().stream().allMatch(label -> after.of(label) == null)) {
      throw new RefusedException(
          "%s, which serves, would have no label left: train one with others first"
              .formatted(serving.version()));
    }
    if (!first.isEmpty() && first.stream().allMatch(label -> after.of(label) == null)) {
      throw new RefusedException(
          "the head that the service started with would have no label left: train a version with"
              + " others first");
    }
    int examples =
        (int) set.labels().stream().filter(l -> change.labels().contains(l.label())).count();
    boolean concerned = serving != null && differ(serving.labels(), now, after);
    return new Relabelling(
        change, after, examples, concerned ? serving : null, differ(first, now, after));
  }

  private static LabelChanges after(
      LabelChange change, Models models, Set<String> known, Instant at) throws RefusedException {
    try {
      LabelChanges after = models.labelChanges().with(change, known, at);
      return change.kind() == LabelChange.Kind.MERGE
          ? after.mergedBefore(models.nextNumber())
          : after;
    } catch (IllegalArgumentException e) {
      throw new RefusedException(String.valueOf(e.getMessage()), e);
    }
  }

  private static boolean differ(Collection<String> labels, LabelChanges now, LabelChanges after) {
    return labels.stream().anyMatch(label -> !Objects.equals(now.of(label), after.of(label)));
  }

  /**
   * Whether its examples should be learned again: a class made of two is not one that was trained.
   */
  public boolean trains() {
    return change.kind() == LabelChange.Kind.MERGE;
  }

  /**
   * In words.
   *
   * @param version the new one; null for a dry run
   */
  public String words(@Nullable String version) {
    return String.join("; ", effects(version));
  }

  /**
   * The same, each effect by itself.
   *
   * @param version the new one; null for a dry run
   */
  public List<String> effects(@Nullable String version) {
    List<String> effects = new ArrayList<>();
    String stay = examples == 1 ? " stays" : " stay";
    effects.add(
        "%s: %d %s%s"
            .formatted(
                change,
                examples,
                pictures(examples),
                change.kind() == LabelChange.Kind.RETIRE
                    ? stay + ", but will not be learned from"
                    : ""));
    if (serving != null) {
      effects.add(
          "%s takes the place of %s, with the same weights%s"
              .formatted(
                  version == null ? "a new version" : version,
                  serving.version(),
                  trains() ? " and the probabilities of the merged labels added up" : ""));
    } else if (initial) {
      effects.add("the head that the service started with follows at once");
    } else if (change.kind() != LabelChange.Kind.RESTORE) {
      effects.add(
          "the serving version does not know "
              + (change.labels().size() == 1 ? "this label" : "these labels"));
    }
    if (trains()) {
      effects.add("a training starts");
    } else if (change.kind() == LabelChange.Kind.RESTORE) {
      effects.add("the next training run learns it");
    }
    return effects;
  }

  private static String pictures(int count) {
    return count == 1 ? "labelled picture" : "labelled pictures";
  }
}
