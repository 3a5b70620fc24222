/**
 * Everything that uses TensorFlow; the rest of the service only sees {@link
 * dev.imprint.model.ImageDecoder}, {@link dev.imprint.model.Backbone} and {@link
 * dev.imprint.model.Head}. This package handles Keras files and the networks in them; {@code
 * picture} decodes, {@code head} trains, {@code session} runs.
 *
 * <p>A {@link dev.imprint.tensorflow.BackboneDescription} is the YAML next to a Keras file: it says
 * how pictures are prepared and where the network is cut. {@link
 * dev.imprint.tensorflow.KerasBackbone} rebuilds the network ({@code KerasFile} opens it, {@code
 * KerasModelParser} reads its configuration, {@code KerasNetwork} expands its inner models, {@code
 * NetworkBuilder} builds layer by layer, {@code LayerBuilders} is the table of known layers, {@code
 * BatchNormFolding} folds the batch norms, {@code Bf16Comparison} guards bf16) and computes
 * embeddings; {@code ClassificationHead} turns the layers that follow into a {@link
 * dev.imprint.model.Head}, if the description has labels for them.
 */
@NullMarked
package dev.imprint.tensorflow;

import org.jspecify.annotations.NullMarked;
