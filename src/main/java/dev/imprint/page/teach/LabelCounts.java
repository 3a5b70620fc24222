package dev.imprint.page.teach;

import dev.imprint.model.Claim;
import dev.imprint.model.Label;
import dev.imprint.model.Recent;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The labels of the newest labelled pictures. Not thread-safe. */
final class LabelCounts {
  private static final int MOST_PICTURES = 20_000;

  private record Labelled(String label, Claim claim) {}

  private final Map<String, Labelled> byImage = Recent.put(MOST_PICTURES);

  void labelled(Label label) {
    byImage.put(label.imageId(), new Labelled(label.label(), label.claim()));
  }

  /** The picture that had a label; null if it is not known. */
  @Nullable Claim removed(String imageId) {
    Labelled before = byImage.remove(imageId);
    return before == null ? null : before.claim();
  }

  /** Number of pictures of each label that has any, in alphabetical order; counts them anew. */
  Map<String, Integer> byLabel() {
    Map<String, Integer> counts = new TreeMap<>();
    byImage.values().forEach(each -> counts.merge(each.label(), 1, Integer::sum));
    return counts;
  }
}
