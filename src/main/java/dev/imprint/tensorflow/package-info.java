/**
 * Everything that touches TensorFlow; the rest of the service sees {@link
 * dev.imprint.model.ImageDecoder}, {@link dev.imprint.model.Backbone} and {@link
 * dev.imprint.model.Head}. This package holds Keras files and the networks in them; {@code picture}
 * decodes, {@code head} trains, {@code session} runs.
 *
 * <p>A {@link dev.imprint.tensorflow.BackboneDescription} is the YAML beside a Keras file: it says
 * what a picture must look like and where the network is cut. {@link
 * dev.imprint.tensorflow.KerasBackbone} rebuilds the network ({@code KerasFile} opens it, {@code
 * KerasModelParser} reads its configuration, {@code KerasNetwork} takes apart the models inside it,
 * {@code NetworkBuilder} builds layer by layer, {@code LayerBuilders} is the table of those that
 * are known, {@code BatchNormFolding} saves the batch norms, {@code Bf16Comparison} guards bf16)
 * and answers with embeddings; {@code ClassificationHead} makes a {@link dev.imprint.model.Head} of
 * the layers that follow, where the description has labels for them.
 */
@NullMarked
package dev.imprint.tensorflow;

import org.jspecify.annotations.NullMarked;
