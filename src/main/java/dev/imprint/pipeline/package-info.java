/**
 * From an image's record to its prediction, and from feedback to a label, without losing or
 * duplicating any.
 *
 * <p>{@link dev.imprint.pipeline.ServingTopology} is the overview of serving: a source, one
 * processor, two sinks. The processor ({@link dev.imprint.pipeline.MicroBatchProcessor}) gathers
 * records into batches and empties them before every commit, through {@link
 * dev.imprint.pipeline.MicroBatchStore}. {@link dev.imprint.pipeline.ImageClassifier} classifies a
 * batch, {@link dev.imprint.pipeline.OutgoingRecords} writes the results, and {@link
 * dev.imprint.pipeline.RecentEmbeddings} keeps the newest embeddings for the page.
 *
 * <p>Learning is in {@link dev.imprint.pipeline.learning}. It knows nothing of serving; both know
 * {@link dev.imprint.pipeline.part}.
 *
 * <p>{@link dev.imprint.pipeline.Pipeline} runs the two parts separately: a {@link
 * dev.imprint.pipeline.Supervisor} for each restarts its Kafka Streams after a failure, with
 * growing pauses.
 */
@NullMarked
package dev.imprint.pipeline;

import org.jspecify.annotations.NullMarked;
