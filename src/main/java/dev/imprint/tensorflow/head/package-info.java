/**
 * Trains heads on embeddings.
 *
 * <p>{@link dev.imprint.tensorflow.head.HeadTrainer} takes labelled embeddings, {@code
 * FeatureScaling} scales them, {@code SoftmaxRegression} is the graph that learns, and {@code
 * HeadTraining} its course, with early stopping.
 */
@NullMarked
package dev.imprint.tensorflow.head;

import org.jspecify.annotations.NullMarked;
