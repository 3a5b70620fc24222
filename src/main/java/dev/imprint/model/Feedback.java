package dev.imprint.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A person's feedback on one image. Exactly one of {@code label} and {@code verdict} is set.
 *
 * @param claim the image's location, from its prediction; finds it however old it is
 * @param who for people
 * @param at when it was given, by the sender's clock
 */
public record Feedback(
    String imageId,
    @Nullable String label,
    @Nullable Verdict verdict,
    @Nullable Claim claim,
    @Nullable String who,
    Why why,
    @Nullable Instant at) {

  public Feedback {
    if ((label == null) == (verdict == null)) {
      throw new IllegalArgumentException("feedback has either a label or a verdict");
    }
  }

  /** The same with another label. */
  public Feedback as(String other) {
    return new Feedback(imageId, other, verdict, claim, who, why, at);
  }
}
