package dev.imprint.page.classes;

import dev.imprint.page.classes.Findings.Copies;
import java.util.List;

/**
 * A part of the pictures that are there more than once, those with several labels first.
 *
 * @param total at most {@value Findings#MOST}
 * @param differing how many of all have several labels
 */
record DuplicateList(int total, int differing, List<Copies> duplicates, ReviewState review) {
  static DuplicateList of(Review.Reviewed reviewed, ListPart part) {
    List<Copies> all = reviewed.findings().duplicates();
    return new DuplicateList(
        all.size(),
        (int) all.stream().filter(Copies::differ).count(),
        part.of(all),
        reviewed.state());
  }
}
