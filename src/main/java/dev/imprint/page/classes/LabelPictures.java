package dev.imprint.page.classes;

import dev.imprint.labels.LabelledSet;
import dev.imprint.model.Label;
import java.util.Comparator;
import java.util.List;

/** A part of the pictures of one label, the newest labels first. */
record LabelPictures(String label, int total, List<LabelledPicture> pictures) {
  static LabelPictures of(String label, LabelledSet set, ListPart part) {
    List<Label> all =
        set.labels().stream()
            .filter(each -> each.label().equals(label))
            .sorted(Comparator.comparing(Label::labelledAt).reversed())
            .toList();
    return new LabelPictures(
        label, all.size(), part.of(all).stream().map(LabelledPicture::of).toList());
  }
}
