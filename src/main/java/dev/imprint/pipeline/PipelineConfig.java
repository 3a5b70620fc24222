package dev.imprint.pipeline;

import dev.imprint.event.Topics;
import dev.imprint.pipeline.learning.LearningConfig;
import java.nio.file.Path;

/**
 * The settings of a pipeline.
 *
 * @param applicationId names the consumer group and the transactional ids
 * @param state directory for Kafka Streams' local state
 */
public record PipelineConfig(
    String applicationId,
    Path state,
    Topics topics,
    ServingConfig serving,
    PredictionsConfig predictions,
    LearningConfig learning,
    SamplingConfig sampling) {}
