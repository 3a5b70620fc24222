/**
 * A served classifier as one file for other programs, from an image of any size to probabilities.
 * {@link dev.imprint.tensorflow.export.ClassifierExport} writes it: as a SavedModel ({@code
 * ClassifierGraph}), or as a Keras file ({@code KerasExport}: {@code FlatNetwork} copies the
 * network's layers, {@code ClassifierLayers} adds Imprint's own); then {@code ExportCheck} compares
 * its answers with those of the service.
 */
@NullMarked
package dev.imprint.tensorflow.export;

import org.jspecify.annotations.NullMarked;
