/**
 * Keras files as they are: a whole model in the formats of Keras 2 and 3, its configuration and its
 * weights, without TensorFlow. {@link dev.imprint.tensorflow.keras.KerasFile} opens one; {@link
 * dev.imprint.tensorflow.keras.KerasModelParser} reads its configuration, whose layers {@link
 * dev.imprint.tensorflow.keras.KerasNetwork} joins into one network, with inner models expanded.
 *
 * <p>{@code TensorFlowFunctions} are the calls that Keras 2 writes down by their name in
 * TensorFlow. {@code H5Weights} and {@code ArchiveWeights} are the two places of the weights, both
 * in {@code Hdf5}. {@link dev.imprint.tensorflow.keras.KerasImportException} says what a file has
 * that cannot be rebuilt.
 */
@NullMarked
package dev.imprint.tensorflow.keras;

import org.jspecify.annotations.NullMarked;
