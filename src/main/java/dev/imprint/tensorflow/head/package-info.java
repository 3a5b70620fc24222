/**
 * Trains heads on embeddings.
 *
 * <p>{@link dev.imprint.tensorflow.head.HeadTrainer} takes labelled embeddings, {@code
 * FeatureScaling} scales them, {@code SoftmaxRegression} is the graph that learns, and {@code
 * HeadTraining} has the settings, including early stopping.
 */
@NullMarked
package dev.imprint.tensorflow.head;

import org.jspecify.annotations.NullMarked;
