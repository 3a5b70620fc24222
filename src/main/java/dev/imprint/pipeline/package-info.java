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
 * <p>{@link dev.imprint.pipeline.LearningTopology} is the overview of learning: feedback is checked
 * ({@link dev.imprint.pipeline.FeedbackCheck}), matched with its image ({@link
 * dev.imprint.pipeline.LabelProcessor}, including what waits), and becomes an outcome, a label and
 * a picture ({@link dev.imprint.pipeline.FeedbackDecision}).
 *
 * <p>{@link dev.imprint.pipeline.Pipeline} runs the two parts separately: a {@link
 * dev.imprint.pipeline.Supervisor} for each restarts its Kafka Streams after a failure, with
 * growing pauses.
 */
@NullMarked
package dev.imprint.pipeline;

import org.jspecify.annotations.NullMarked;
