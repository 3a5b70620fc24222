/**
 * From feedback to a label, without losing or duplicating any.
 *
 * <p>{@link dev.imprint.pipeline.learning.LearningTopology} is the overview: feedback is checked
 * ({@code FeedbackCheck}), matched with its image ({@code LabelProcessor}, including what waits),
 * and becomes an outcome, a label and a picture ({@link
 * dev.imprint.pipeline.learning.FeedbackDecision}). {@link
 * dev.imprint.pipeline.learning.GroupImagesProgress} knows how far images have been read, and
 * {@link dev.imprint.pipeline.learning.FeedbackPace} lets them go first.
 */
@NullMarked
package dev.imprint.pipeline.learning;

import org.jspecify.annotations.NullMarked;
