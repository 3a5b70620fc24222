package dev.imprint.model.labels;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A change of labels that somebody asks for; {@link LabelChanges} says what it does.
 *
 * @param labels to be changed, as they are called now; one, except for a merge
 * @param into their new name; null for those that have none
 */
public record LabelChange(Kind kind, List<String> labels, @Nullable String into) {
  /** The most labels that are merged at once. */
  public static final int MOST_LABELS = 100;

  /** The kind of change. */
  public enum Kind {
    RENAME,
    MERGE,
    /** Neither learned nor predicted any more; its examples stay. */
    RETIRE,
    /** Undoes RETIRE. */
    RESTORE
  }

  /**
   * @throws IllegalArgumentException if it is incomplete; the message is for people
   */
  public LabelChange {
    labels = List.copyOf(labels);
    boolean named = kind == Kind.RENAME || kind == Kind.MERGE;
    if (labels.isEmpty() || labels.size() > (kind == Kind.MERGE ? MOST_LABELS : 1)) {
      throw new IllegalArgumentException(
          kind == Kind.MERGE
              ? "a merge takes 1 to %d labels, and the one to merge them into"
                  .formatted(MOST_LABELS)
              : "it must name exactly one label");
    }
    if (named != (into != null)) {
      throw new IllegalArgumentException(
          named ? "it does not say what to call the label" : "only rename and merge take 'into'");
    }
  }

  /** In words, such as {@code rename 'nut' to 'hex nut'}. */
  @Override
  public String toString() {
    String those = PlainText.named(labels, ", ");
    return switch (kind) {
      case RENAME -> "rename %s to '%s'".formatted(those, into);
      case MERGE -> "merge %s into '%s'".formatted(those, into);
      case RETIRE -> "retire " + those;
      case RESTORE -> "restore " + those;
    };
  }
}
