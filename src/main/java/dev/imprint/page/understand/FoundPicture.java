package dev.imprint.page.understand;

import dev.imprint.event.RejectedRecord;
import dev.imprint.model.Claim;
import dev.imprint.model.Prediction;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A picture, as far as it was found.
 *
 * @param claim null if its record is gone, or holds no picture
 * @param receivedAt timestamp of its record; null if that is not known
 * @param stored whether its record is still on the topic of images
 * @param picture path of a large copy; null if there is none
 * @param predictions the newest first
 * @param deadLetter why it was not classified; null if it was
 * @param limits what was not looked through, in words
 */
record FoundPicture(
    String imageId,
    @Nullable Claim claim,
    @Nullable Instant receivedAt,
    @Nullable String group,
    boolean stored,
    @Nullable String picture,
    List<Prediction> predictions,
    @Nullable RejectedRecord deadLetter,
    List<String> limits) {
  FoundPicture {
    predictions = List.copyOf(predictions);
    limits = List.copyOf(limits);
  }
}
