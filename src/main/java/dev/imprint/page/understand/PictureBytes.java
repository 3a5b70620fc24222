package dev.imprint.page.understand;

import dev.imprint.buffer.BufferSnapshot;
import dev.imprint.event.IncomingImage;
import dev.imprint.event.Topics;
import dev.imprint.model.Claim;
import dev.imprint.pipeline.PictureReader;
import dev.imprint.web.api.ProblemException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads a picture's bytes: those of its own record, or of the copy that is kept to learn from,
 * which has the same embedding.
 *
 * @param images reads the topic of images
 * @param copies reads the topic of pictures
 * @param examples null where the instance does not lead
 */
record PictureBytes(
    PictureReader images,
    PictureReader copies,
    Supplier<@Nullable BufferSnapshot> examples,
    Topics topics) {
  /**
   * @throws ProblemException if there is neither, or Kafka does not answer
   */
  byte[] read(Claim claim) throws ProblemException {
    try {
      IncomingImage image = images.read(claim);
      if (image == null) {
        Claim copy = copy(claim.sha256());
        image = copy == null ? null : copies.read(copy);
      }
      if (image != null) {
        return image.picture();
      }
    } catch (IllegalStateException e) { // Kafka does not answer
      throw ProblemException.unavailable(String.valueOf(e.getMessage()));
    }
    throw ProblemException.notFound(
        "the picture is no longer on the topic %s, and this instance knows no copy of it"
            .formatted(claim.topic()));
  }

  /** Where the copy lies; null if this instance knows none. */
  @Nullable Claim copy(String sha256) {
    BufferSnapshot now = examples.get();
    return now == null ? null : now.copy(sha256, topics.pictures());
  }
}
