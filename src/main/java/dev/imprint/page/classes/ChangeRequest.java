package dev.imprint.page.classes;

import dev.imprint.model.labels.LabelChange;
import dev.imprint.model.labels.PlainText;
import dev.imprint.page.commands.LeaderCommands;
import dev.imprint.web.api.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A change of labels that a person asks for.
 *
 * @param labels to be changed, as they are called now; one, except for a merge
 * @param into their new name; null for those that have none
 * @param expectedServing the version that served when the person decided: it is refused if another
 *     one does by then; null if that does not matter
 */
record ChangeRequest(
    LabelChange.Kind kind,
    List<String> labels,
    @Nullable String into,
    @Nullable String expectedServing) {
  @SuppressWarnings("RedundantNullCheck") // browsers may omit them
  ChangeRequest {
    Objects.requireNonNull(kind, "kind");
    labels = List.copyOf(Objects.requireNonNullElse(labels, List.of()));
  }

  /**
   * @throws ProblemException if it is invalid
   */
  LabelChange change() throws ProblemException {
    LeaderCommands.checkExpected(expectedServing);
    if (labels.size() > LabelChange.MOST_LABELS) {
      throw ProblemException.unusable(
          "%d labels at once: name at most %d".formatted(labels.size(), LabelChange.MOST_LABELS));
    }
    try {
      List<String> named = new ArrayList<>();
      labels.forEach(label -> named.add(label(label)));
      return new LabelChange(kind, named, into == null ? null : label(into));
    } catch (IllegalArgumentException e) {
      throw ProblemException.unusable(String.valueOf(e.getMessage()));
    }
  }

  private static String label(String text) {
    try {
      return PlainText.label(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("a label " + e.getMessage(), e);
    }
  }
}
