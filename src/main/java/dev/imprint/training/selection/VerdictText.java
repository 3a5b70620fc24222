package dev.imprint.training.selection;

import java.util.ArrayList;
import java.util.List;

/** Wording of verdicts; a hundred labels must not fill a page. */
public final class VerdictText {
  private static final int MOST = 5;

  private VerdictText() {}

  /** Joined by semicolons: the first few of the details, and how many more there are. */
  public static String sentence(String first, List<String> details) {
    List<String> parts = new ArrayList<>(List.of(first));
    parts.addAll(details.subList(0, Math.min(MOST, details.size())));
    if (details.size() > MOST) {
      parts.add("and %d more".formatted(details.size() - MOST));
    }
    return String.join("; ", parts);
  }
}
