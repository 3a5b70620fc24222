package dev.imprint.pipeline.learning;

import dev.imprint.event.IncomingImage;
import dev.imprint.model.Claim;
import org.jspecify.annotations.Nullable;

/** Reads an image's original record back. */
@FunctionalInterface
public interface PictureReader {
  /**
   * @param claim of the topic {@code images}
   * @return null if the record is gone, or its picture's digest differs from the claim's
   * @throws IllegalStateException if Kafka does not answer in time; nothing is known then
   */
  @Nullable IncomingImage read(Claim claim);
}
