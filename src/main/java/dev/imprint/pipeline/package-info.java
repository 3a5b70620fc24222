/**
 * From an image's record to its prediction, and from feedback to a label, without losing or
 * doubling one.
 *
 * <p>{@link dev.imprint.pipeline.ServingTopology} is the map: a source, one processor, two sinks.
 * The processor ({@link dev.imprint.pipeline.MicroBatchProcessor}) gathers records into batches and
 * empties them before every commit, by way of {@link dev.imprint.pipeline.MicroBatchStore}. What a
 * batch becomes is decided by {@link dev.imprint.pipeline.ImageClassifier}, and how that is written
 * by {@link dev.imprint.pipeline.OutgoingRecords}.
 *
 * <p>{@link dev.imprint.pipeline.LearningTopology} is the map of what feedback goes through: it is
 * checked ({@link dev.imprint.pipeline.FeedbackCheck}), meets its image ({@link
 * dev.imprint.pipeline.LabelProcessor}: who waits for whom), and becomes an outcome, a label and a
 * picture ({@link dev.imprint.pipeline.FeedbackDecision}: what means what).
 *
 * <p>{@link dev.imprint.pipeline.Pipeline} runs both as parts of their own: a {@link
 * dev.imprint.pipeline.Supervisor} each starts its Kafka Streams anew, with a growing pause, after
 * a failure.
 */
@NullMarked
package dev.imprint.pipeline;

import org.jspecify.annotations.NullMarked;
