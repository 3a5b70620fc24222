/**
 * Keras' layers as TensorFlow ops. {@link dev.imprint.tensorflow.layer.NetworkBuilder} builds a
 * network, layer by layer, and looks each one up in {@code LayerBuilders}, or in {@code OpBuilders}
 * if it is a call of {@code keras.ops}. A {@link dev.imprint.tensorflow.layer.LayerBuilder} reads
 * its {@code LayerOptions} and takes its weights from {@link
 * dev.imprint.tensorflow.layer.LayerVariables}.
 *
 * <p>{@link dev.imprint.tensorflow.layer.BatchNormFolding} says which batch norms become part of
 * another layer; {@link dev.imprint.tensorflow.layer.FineTuning} has the variables that learn, and
 * {@code StochasticLayers} the layers that act differently then.
 */
@NullMarked
package dev.imprint.tensorflow.layer;

import org.jspecify.annotations.NullMarked;
