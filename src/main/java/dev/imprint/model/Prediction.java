package dev.imprint.model;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The service's prediction for one image.
 *
 * @param label the best label; null without a head or if its confidence is under the threshold
 * @param confidence the best label's probability, in 0..1; 0 without a head
 * @param top the best labels, best first
 * @param modelVersion {@link ServingModel#version()} of the model that answered
 * @param group the image event's group, for bursts or products
 * @param receivedAt timestamp of the image's record
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
    Instant predictedAt) {

  public Prediction {
    top = List.copyOf(top);
  }
}
