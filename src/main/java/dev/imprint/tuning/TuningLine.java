package dev.imprint.tuning;

import dev.imprint.tensorflow.tuning.TuningProgress;
import org.jspecify.annotations.Nullable;

/**
 * A line that the child writes.
 *
 * @param progress null in a failure
 * @param failure the reason, for people; the last line
 */
record TuningLine(@Nullable TuningProgress progress, @Nullable String failure) {}
