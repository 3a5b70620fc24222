package dev.imprint.model;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The label of an image in the buffer; the picture is stored under the same id.
 *
 * @param claim location of the image's original record
 * @param group images of one group go to the same side of the training split
 * @param feedback location of the feedback with this label; its sha256 is of the feedback's bytes
 */
public record Label(
    String imageId,
    String label,
    Claim claim,
    @Nullable String group,
    @Nullable String who,
    Instant labelledAt,
    Claim feedback) {
  /** JSON written by others may omit fields that are never null in ours. */
  public Label {
    requireNonNull(imageId, "image_id");
    requireNonNull(label, "label");
    requireNonNull(claim, "claim");
    requireNonNull(labelledAt, "labelled_at");
    requireNonNull(feedback, "feedback");
  }

  /** The same under another label. */
  public Label as(String other) {
    return new Label(imageId, other, claim, group, who, labelledAt, feedback);
  }
}
