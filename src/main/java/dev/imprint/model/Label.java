package dev.imprint.model;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What an image of the buffer shows; its picture lies beside it under the same id.
 *
 * @param claim where the image's original record lies
 * @param group images of one group land on the same side of the training split
 * @param feedback where the feedback lies that said so; its sha256 is of the feedback's bytes
 */
public record Label(
    String imageId,
    String label,
    Claim claim,
    @Nullable String group,
    @Nullable String who,
    Instant labelledAt,
    Claim feedback) {
  /** JSON that others wrote may leave out what is never null in ours. */
  public Label {
    requireNonNull(imageId, "image_id");
    requireNonNull(label, "label");
    requireNonNull(claim, "claim");
    requireNonNull(labelledAt, "labelled_at");
    requireNonNull(feedback, "feedback");
  }
}
