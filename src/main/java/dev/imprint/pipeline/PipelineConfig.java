package dev.imprint.pipeline;

import dev.imprint.event.Topics;
import java.nio.file.Path;

/**
 * What a pipeline is set to.
 *
 * @param applicationId consumer group and transactional ids are named by it
 * @param state directory for Kafka Streams' local state
 */
public record PipelineConfig(
    String applicationId,
    Path state,
    Topics topics,
    ServingConfig serving,
    PredictionsConfig predictions,
    LearningConfig learning) {}
