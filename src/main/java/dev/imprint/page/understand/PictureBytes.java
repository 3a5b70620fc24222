package dev.imprint.page.understand;

import dev.imprint.event.IncomingImage;
import dev.imprint.model.Claim;
import dev.imprint.pipeline.learning.PictureReader;
import dev.imprint.web.api.ProblemException;

/** Reads a picture's bytes: those of its own record, or of a copy with the same embedding. */
record PictureBytes(PictureReader pictures) {
  /**
   * @throws ProblemException if there is neither, or Kafka does not answer
   */
  byte[] read(Claim claim) throws ProblemException {
    try {
      IncomingImage image = pictures.read(claim);
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
}
