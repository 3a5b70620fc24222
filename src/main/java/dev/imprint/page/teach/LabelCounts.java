package dev.imprint.page.teach;

import dev.imprint.model.Recent;
import java.util.Map;
import java.util.TreeMap;

/** The labels of the newest labelled pictures. Not thread-safe. */
final class LabelCounts {
  private static final int MOST_PICTURES = 20_000;

  private final Map<String, String> byImage = Recent.put(MOST_PICTURES);

  void labelled(String imageId, String label) {
    byImage.put(imageId, label);
  }

  void removed(String imageId) {
    byImage.remove(imageId);
  }

  /** Number of pictures of each label that has any, in alphabetical order; counts them anew. */
  Map<String, Integer> byLabel() {
    Map<String, Integer> counts = new TreeMap<>();
    byImage.values().forEach(label -> counts.merge(label, 1, Integer::sum));
    return counts;
  }
}
