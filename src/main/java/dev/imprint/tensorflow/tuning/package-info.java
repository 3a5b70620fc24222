/**
 * Fine-tuning of a network's last layers, together with a head. {@code FineTuner} has the steps:
 * the frozen part of the network ({@code FrozenPart}) runs once for each view of each picture
 * ({@code ActivationFile} keeps what it gives); a head is trained on the embeddings of the
 * pretrained network; then {@code TopTraining} goes on with both, on the layers behind the cut
 * ({@code TopGraph}), by {@code AdamW}.
 *
 * <p>Not thread-safe; meant for a process of its own, see {@code dev.imprint.tuning}.
 */
@NullMarked
package dev.imprint.tensorflow.tuning;

import org.jspecify.annotations.NullMarked;
