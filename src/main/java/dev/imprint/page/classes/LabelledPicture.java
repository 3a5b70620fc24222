package dev.imprint.page.classes;

import dev.imprint.model.Claim;
import dev.imprint.model.Label;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A picture with its label, for people to look at. */
record LabelledPicture(
    String imageId, Claim claim, String label, @Nullable String who, Instant labelledAt) {
  static LabelledPicture of(Label label) {
    return new LabelledPicture(
        label.imageId(), label.claim(), label.label(), label.who(), label.labelledAt());
  }
}
