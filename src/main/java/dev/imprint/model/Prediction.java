package dev.imprint.model;

import dev.imprint.model.head.Score;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.model.serving.ServingModel;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The service's prediction for one image.
 *
 * @param label the best label; null without a head or if its confidence is below the threshold
 * @param confidence the best label's probability, in 0..1; 0 without a head
 * @param top the best labels, best first
 * @param modelVersion {@link ServingModel#version()} of the model that answered
 * @param group the image event's group, for bursts or products
 * @param receivedAt timestamp of the image's record
 * @param ask whether the picture is in the random sample that live accuracy is measured on: please
 *     label it, whatever it shows and however sure the model is
 * @param unlearned labels that the version knows but could not learn, those with most examples
 *     first: the picture may show one of them
 */
public record Prediction(
    String imageId,
    @Nullable String label,
    float confidence,
    List<Score> top,
    String modelVersion,
    Role role,
    Claim claim,
    @Nullable String group,
    Instant receivedAt,
    Instant predictedAt,
    boolean ask,
    List<String> unlearned) {

  /** JSON of other releases may omit {@code unlearned}. */
  @SuppressWarnings("RedundantNullCheck")
  public Prediction {
    top = List.copyOf(top);
    unlearned = List.copyOf(Objects.requireNonNullElse(unlearned, List.of()));
  }

  /** All that feedback needs: without the other labels. */
  public Prediction small() {
    return with(label, List.of(), ask, List.of());
  }

  /** Somebody has answered: further feedback on it was not asked for. */
  public Prediction answered() {
    return with(label, top, false, unlearned);
  }

  /** With its label as it is called now. */
  public Prediction under(LabelChanges changes) {
    return label == null ? this : with(changes.named(label), top, ask, unlearned);
  }

  private Prediction with(
      @Nullable String its, List<Score> theTop, boolean asks, List<String> others) {
    return new Prediction(
        imageId,
        its,
        confidence,
        theTop,
        modelVersion,
        role,
        claim,
        group,
        receivedAt,
        predictedAt,
        asks,
        others);
  }
}
