/**
 * How good a head's answers are.
 *
 * <p>{@link dev.imprint.training.evaluation.UnseenAnswers} are those to examples that the answering
 * head has not learned from. {@link dev.imprint.training.evaluation.Evaluation} turns answers into
 * metrics, {@code Reliability} compares confidences with accuracy, and {@code Temperature} corrects
 * them.
 */
@NullMarked
package dev.imprint.training.evaluation;

import org.jspecify.annotations.NullMarked;
