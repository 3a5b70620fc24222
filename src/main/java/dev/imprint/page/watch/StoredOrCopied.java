package dev.imprint.page.watch;

import dev.imprint.event.IncomingImage;
import dev.imprint.event.Topics;
import dev.imprint.model.Claim;
import dev.imprint.pipeline.learning.PictureReader;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads pictures from the topic of images, and labelled ones that are no longer there from the
 * copies that the leader learns from: they are kept for longer, and have the same embedding.
 *
 * @param images reads the topic of images
 * @param copies reads the topic of pictures
 * @param led null while this instance does not lead
 */
public record StoredOrCopied(
    PictureReader images, PictureReader copies, Supplier<@Nullable LedExamples> led, Topics topics)
    implements PictureReader {
  @Override
  public @Nullable IncomingImage read(Claim claim) {
    IncomingImage image = images.read(claim);
    Claim copy = image == null ? copy(claim.sha256()) : null;
    return copy == null ? image : copies.read(copy);
  }

  /**
   * Where the copy lies; null if this instance knows none.
   *
   * @param sha256 of the bytes as they were sent, hex
   */
  public @Nullable Claim copy(String sha256) {
    LedExamples its = led.get();
    return its == null ? null : its.snapshot().copy(sha256, topics.pictures());
  }
}
