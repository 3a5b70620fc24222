package dev.imprint.training;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A labelled picture of the buffer, ready to be learned from.
 *
 * @param sha256 of the claim's picture, hex; with {@code group} it decides the side of the split
 * @param embedding by the backbone that heads are trained for; not copied, so it must not be
 *     changed
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Example(
    String imageId,
    String label,
    String sha256,
    @Nullable String group,
    Instant labelledAt,
    float[] embedding) {

  /** The same example with another backbone's embedding. */
  Example embeddedAs(float[] other) {
    return new Example(imageId, label, sha256, group, labelledAt, other);
  }
}
