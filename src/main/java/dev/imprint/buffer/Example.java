package dev.imprint.buffer;

import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.labels.LabelChanges;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A labelled picture of the buffer, ready to be learned from.
 *
 * @param sha256 of the claim's picture, hex; with {@code group} it decides the side of the split
 * @param embedding by the backbone that heads are trained for
 */
public record Example(
    String imageId,
    String label,
    String sha256,
    @Nullable String group,
    Instant labelledAt,
    Embedding embedding) {

  /** The same example under another label. */
  public Example as(String other) {
    return new Example(imageId, other, sha256, group, labelledAt, embedding);
  }

  /** The same example with another backbone's embedding. */
  public Example embeddedAs(Embedding other) {
    return new Example(imageId, label, sha256, group, labelledAt, other);
  }

  /** The same example with only the last layer of its embedding. */
  public Example lastLayerAlone() {
    return embeddedAs(embedding.lastAlone());
  }

  /** The same example with its label as it is called now; empty if that is retired. */
  public Optional<Example> under(LabelChanges changes) {
    String now = changes.of(label);
    return now == null
        ? Optional.empty()
        : Optional.of(
            now.equals(label)
                ? this
                : new Example(imageId, now, sha256, group, labelledAt, embedding));
  }
}
