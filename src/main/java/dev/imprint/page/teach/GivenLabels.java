package dev.imprint.page.teach;

import dev.imprint.model.Claim;
import dev.imprint.model.Feedback;
import dev.imprint.model.Verdict;
import dev.imprint.model.Why;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Labels that a browser sends, in the order in which they were given. */
public record GivenLabels(List<Given> labels) {
  public GivenLabels {
    labels = List.copyOf(Objects.requireNonNull(labels, "labels"));
  }

  /**
   * A person's answer for one picture: a label or a verdict; {@code forget} takes a label back.
   *
   * @param id of this statement: sent again, it is taken once
   * @param claim of the picture, as its prediction has it
   * @param at when it was said, by the browser's clock
   */
  public record Given(
      String id,
      String imageId,
      Claim claim,
      @Nullable String label,
      @Nullable Verdict verdict,
      @Nullable Why why,
      @Nullable Instant at) {
    public Given {
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(imageId, "image_id");
      Objects.requireNonNull(claim, "claim");
    }

    /**
     * @throws IllegalArgumentException if it has both a label and a verdict, or neither
     */
    Feedback feedback(String who) {
      return new Feedback(imageId, label, verdict, claim, who, why == null ? Why.OTHER : why, at);
    }
  }
}
