package dev.imprint.page.classes;

import dev.imprint.labels.LabelledSet;
import dev.imprint.model.Label;
import dev.imprint.model.labels.LabelChanges;
import java.util.List;
import java.util.Map;

/** Labels that look like spellings of the same one. */
record SpellingList(int total, List<Variants> groups) {
  /** Pictures of each spelling that are shown. */
  private static final int PICTURES = 4;

  /**
   * @param spellings the most frequent last: the others are merged into it
   */
  record Variants(List<Spelling> spellings) {}

  /**
   * @param examples pictures with it
   * @param pictures some of these
   */
  record Spelling(String label, int examples, List<LabelledPicture> pictures) {}

  /**
   * @param set under these changes; retired labels cannot be merged
   */
  static SpellingList of(LabelledSet set, LabelChanges changes, ListPart part) {
    LabelledSet learnable = set.learnable(changes);
    Map<String, List<Label>> byLabel = learnable.byLabel();
    List<List<String>> all = learnable.spellings();
    return new SpellingList(
        all.size(),
        part.of(all).stream()
            .map(
                group -> new Variants(group.stream().map(each -> spelling(each, byLabel)).toList()))
            .toList());
  }

  private static Spelling spelling(String label, Map<String, List<Label>> byLabel) {
    List<Label> its = byLabel.getOrDefault(label, List.of());
    return new Spelling(
        label, its.size(), its.stream().limit(PICTURES).map(LabelledPicture::of).toList());
  }
}
