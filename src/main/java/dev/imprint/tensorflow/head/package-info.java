/**
 * Trains heads on embeddings.
 *
 * <p>{@link dev.imprint.tensorflow.head.HeadTrainer} takes labelled embeddings, {@code
 * FeatureScaling} scales them, {@code LearningHeads} is the graph that learns ({@code HeadLayers}
 * and {@code OptimizerOps} its parts), and {@code HeadTraining} has the settings, including early
 * stopping.
 */
@NullMarked
package dev.imprint.tensorflow.head;

import org.jspecify.annotations.NullMarked;
