package dev.imprint.page.classes;

import dev.imprint.event.IncomingImage;
import dev.imprint.model.Claim;
import dev.imprint.pipeline.PictureReader;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Reads pictures from {@code images}, and labelled ones that are no longer there from what the
 * leader learns from: they are kept for longer. Thread-safe.
 *
 * @param learner null while this instance does not lead
 */
public record StoredOrLearned(PictureReader images, Supplier<@Nullable Learner> learner)
    implements PictureReader {
  @Override
  public @Nullable IncomingImage read(Claim claim) {
    IncomingImage image = images.read(claim);
    Learner its = image == null ? learner.get() : null;
    try {
      byte[] file = its == null ? null : its.pictures().file(claim.sha256());
      return file == null ? image : new IncomingImage(claim.sha256(), file, null);
    } catch (KafkaException e) {
      throw new IllegalStateException("Kafka does not answer: " + e.getMessage(), e);
    }
  }
}
