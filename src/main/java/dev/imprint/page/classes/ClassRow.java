package dev.imprint.page.classes;

import dev.imprint.labels.LabelStanding;
import dev.imprint.model.metrics.Interval;
import dev.imprint.model.metrics.Metrics.PerLabel;
import org.jspecify.annotations.Nullable;

/**
 * One label.
 *
 * @param figures of the serving version; null if its record has none under this name
 */
record ClassRow(LabelStanding standing, @Nullable Figures figures) {
  /**
   * @param support pictures of this label that the version was judged on
   * @param precisionInterval 95 %; null if the label was never predicted rightly
   */
  record Figures(
      int support,
      double recall,
      Interval recallInterval,
      double precision,
      @Nullable Interval precisionInterval) {
    static Figures of(PerLabel label) {
      return new Figures(
          label.support(),
          label.recall(),
          label.recallInterval(),
          label.precision(),
          label.precisionInterval());
    }
  }
}
