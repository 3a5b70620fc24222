package dev.imprint.pipeline;

import static dev.imprint.model.InvalidSettingException.unless;

import dev.imprint.model.InvalidSettingException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The settings under {@code serving}: how images are gathered, classified and committed.
 *
 * @param head file of the trained head; null for none
 * @param withoutHead what happens to images while there is no head
 * @param delivery the effect a crash may have on a prediction
 * @param maxBatch most images of a batch
 * @param lingerMs longest that an image waits for others to fill its batch, in milliseconds
 * @param commitIntervalMs longest time between commits, in milliseconds; a batch that lingered is
 *     committed at once; upper bound of the linger
 * @param threads stream threads of this instance; threads beyond the number of partitions are idle
 * @param threshold confidence, in 0..1, below which a prediction's label is null
 * @param top number of labels in a prediction
 */
public record ServingConfig(
    @Nullable Path head,
    WithoutHead withoutHead,
    Delivery delivery,
    int maxBatch,
    long lingerMs,
    long commitIntervalMs,
    int threads,
    float threshold,
    int top) {

  /** The treatment of images while there is no head. */
  public enum WithoutHead {
    /** They get predictions with a null label. */
    NULL_LABEL,
    /** They wait on the topic. */
    HOLD
  }

  /** The effect a crash may have on a prediction; it never loses one. */
  public enum Delivery {
    /** None, for consumers with {@code isolation.level=read_committed}. */
    EXACTLY_ONCE,
    /** It may be duplicated. */
    AT_LEAST_ONCE
  }

  public static final ServingConfig DEFAULTS =
      new ServingConfig(
          null, WithoutHead.NULL_LABEL, Delivery.EXACTLY_ONCE, 24, 2, 100, 2, 0.0f, 5);

  /**
   * @throws InvalidSettingException naming key, value and fix
   */
  public ServingConfig {
    // Beyond these bounds memory runs out, with errors that name no setting.
    unless(
        maxBatch >= 1 && maxBatch <= 1024,
        "serving.max_batch",
        maxBatch,
        "set 1 to 1024 images, for example 24");
    unless(lingerMs >= 0, "serving.linger_ms", lingerMs, "set 0 (no waiting) or more");
    unless(commitIntervalMs >= 1, "serving.commit_interval_ms", commitIntervalMs, "set at least 1");
    unless(
        lingerMs <= commitIntervalMs,
        "serving.linger_ms",
        lingerMs,
        ("a commit empties the batch, so a batch cannot wait longer than"
                + " serving.commit_interval_ms (now %1$d): lower this to %1$d, or raise that to"
                + " %2$d")
            .formatted(commitIntervalMs, lingerMs));
    unless(
        threads >= 1 && threads <= 64,
        "serving.threads",
        threads,
        "set 1 to 64; for more images at once, raise serving.max_batch");
    unless(
        threshold >= 0 && threshold <= 1,
        "serving.threshold",
        threshold,
        "set a confidence between 0 (always a label) and 1");
    unless(top >= 1 && top <= 1000, "serving.top", top, "set 1 to 1000 labels");
  }
}
