package dev.imprint.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A prediction and what turned out to be true: what live accuracy is counted from.
 *
 * @param predicted null if the prediction had no label
 * @param actual null if it is only known that {@code predicted} is wrong
 * @param modelVersion that predicted
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
    Instant at) {

  /** How a prediction fared. */
  public enum Result {
    RIGHT,
    WRONG,
    /** It had no label. */
    ABSTAINED
  }

  public Result result() {
    if (predicted == null) {
      return Result.ABSTAINED;
    }
    return predicted.equals(actual) ? Result.RIGHT : Result.WRONG;
  }
}
