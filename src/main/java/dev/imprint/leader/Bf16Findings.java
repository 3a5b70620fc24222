package dev.imprint.leader;

import dev.imprint.rollout.PrecisionChoice;
import java.time.Duration;
import java.time.Instant;

/**
 * The effect of bf16 on a backbone and the head that serves.
 *
 * @param images in the batches that were timed
 * @param fp32 time of a batch, likewise {@code bf16}
 * @param pictures that the head answered, both ways
 * @param changed those with another answer in bf16
 */
public record Bf16Findings(int images, Duration fp32, Duration bf16, int pictures, int changed) {
  /** A smaller gain is noise, and not worth other numbers. */
  public static final double LEAST_GAIN = 1.15;

  /** Of the answers. */
  private static final double MOST_CHANGED = 0.005;

  /** Fewer say too little about so small a share. */
  static final int LEAST_PICTURES = 200;

  /** How many times as fast bf16 is. */
  double gain() {
    return (double) fp32.toNanos() / bf16.toNanos();
  }

  boolean isWorthIt() {
    return gain() >= LEAST_GAIN;
  }

  boolean isAgreement() {
    return changed <= MOST_CHANGED * pictures;
  }

  PrecisionChoice choice(String backboneId, Instant at) {
    String times =
        "%.0f ms for %d images rather than %.0f"
            .formatted(bf16.toNanos() / 1e6, images, fp32.toNanos() / 1e6);
    if (!isWorthIt()) {
      return new PrecisionChoice(
          backboneId, PrecisionChoice.FP32, "bf16 would gain nothing: " + times, at);
    }
    String answers = "%d of %d answers".formatted(changed, pictures);
    return isAgreement()
        ? new PrecisionChoice(
            backboneId,
            PrecisionChoice.BF16,
            "%.1f times as fast as fp32 (%s), with %s changed".formatted(gain(), times, answers),
            at)
        : new PrecisionChoice(
            backboneId,
            PrecisionChoice.FP32,
            "bf16 would change %s; at most %.1f %% are allowed"
                .formatted(answers, 100 * MOST_CHANGED),
            at);
  }
}
