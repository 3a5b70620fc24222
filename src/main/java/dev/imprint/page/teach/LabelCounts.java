package dev.imprint.page.teach;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The labels of the newest labelled pictures. Not thread-safe. */
final class LabelCounts {
  private static final int MOST_PICTURES = 20_000;

  /** As many a label; below that, no label is known well enough for margins to mean much. */
  private static final int FEW = 10;

  private final Map<String, String> byImage = new Recent<>(MOST_PICTURES);

  void labelled(String imageId, String label) {
    byImage.put(imageId, label);
  }

  void removed(String imageId) {
    byImage.remove(imageId);
  }

  int of(String label) {
    return counts().getOrDefault(label, 0);
  }

  /** In alphabetical order. */
  List<String> labels() {
    return List.copyOf(new TreeSet<>(byImage.values()));
  }

  /** Whether there are fewer than ten a label. */
  boolean areFew() {
    Set<String> labels = Set.copyOf(byImage.values());
    return byImage.size() < FEW * Math.max(2, labels.size());
  }

  private Map<String, Integer> counts() {
    Map<String, Integer> counts = new HashMap<>();
    byImage.values().forEach(label -> counts.merge(label, 1, Integer::sum));
    return counts;
  }
}
