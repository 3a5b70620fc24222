package dev.imprint.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A prediction and its true label: the basis of live accuracy.
 *
 * @param predicted null if the prediction had no label
 * @param actual null if it is only known that {@code predicted} is wrong
 * @param modelVersion the version that predicted
 * @param asked whether the service asked for this picture ({@link Prediction#ask}) and this is the
 *     first answer: only these are a random sample, all others are pictures that people chose
 */
public record Outcome(
    String imageId,
    @Nullable String predicted,
    @Nullable String actual,
    float confidence,
    String modelVersion,
    Role role,
    @Nullable String who,
    Why why,
    Instant at,
    boolean asked) {

  /** Whether the prediction was right. */
  public enum Result {
    RIGHT,
    WRONG,
    /** The prediction had no label. */
    ABSTAINED
  }

  public Result result() {
    if (predicted == null) {
      return Result.ABSTAINED;
    }
    return predicted.equals(actual) ? Result.RIGHT : Result.WRONG;
  }
}
