package dev.imprint.page.classes;

import dev.imprint.page.classes.Findings.Suspicion;
import java.util.List;

/**
 * A part of the labels that are probably wrong, the most certain first.
 *
 * @param total at most {@value Findings#MOST}
 */
record Suspects(int total, List<Suspicion> suspects, ReviewState review) {
  static Suspects of(Review.Reviewed reviewed, ListPart part) {
    List<Suspicion> all = reviewed.findings().suspects();
    return new Suspects(all.size(), part.of(all), reviewed.state());
  }
}
