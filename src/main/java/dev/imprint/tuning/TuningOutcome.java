package dev.imprint.tuning;

import dev.imprint.model.TunedTop;
import dev.imprint.model.head.DenseHead;

/**
 * The result of a fine-tuning.
 *
 * @param head for the embeddings of the network with this top
 */
public record TuningOutcome(TunedTop top, DenseHead head, TuningReport report) {}
