/**
 * Curves and figures of trainings, for people to look at: {@link dev.imprint.runs.TrainingRuns}.
 */
@NullMarked
package dev.imprint.runs;

import org.jspecify.annotations.NullMarked;
