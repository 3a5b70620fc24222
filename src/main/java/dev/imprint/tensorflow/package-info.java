/**
 * Everything that uses TensorFlow; the rest of the service only sees {@link
 * dev.imprint.model.backbone.ImageDecoder}, {@link dev.imprint.model.backbone.Backbone} and {@link
 * dev.imprint.model.head.Head}. This package has the backbones; {@code keras} reads their files,
 * {@code layer} builds the layers, {@code picture} decodes, {@code head} trains, {@code session}
 * runs.
 *
 * <p>A {@link dev.imprint.tensorflow.BackboneDescription} is the YAML next to a Keras file: it says
 * how pictures are prepared and where the network is cut. {@link
 * dev.imprint.tensorflow.KerasBackbone} rebuilds the network ({@code KerasGraph}; {@code
 * Bf16Comparison} guards bf16) and computes embeddings; {@code ClassificationHead} turns the layers
 * that follow into a {@link dev.imprint.model.head.Head}, if the description has labels for them.
 */
@NullMarked
package dev.imprint.tensorflow;

import org.jspecify.annotations.NullMarked;
