package dev.imprint.pipeline;

import dev.imprint.model.ImageDecoder;
import dev.imprint.model.ProbedDecoder;
import dev.imprint.model.ServingModel;
import java.util.function.Supplier;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;

/**
 * Makes learning.
 *
 * @param models gives what serves now, whose decoder reads pictures
 * @param pictures reads labelled pictures back
 * @param progress how far images are read
 */
record LearningFactory(
    PipelineContext context,
    Supplier<ServingModel> models,
    PictureReader pictures,
    ImagesProgress progress)
    implements StreamsFactory {
  @Override
  public PipelinePart part() {
    return PipelinePart.LEARNING;
  }

  /**
   * @param worked runs after each record that went through
   * @param failed runs after each that did not
   */
  @Override
  public KafkaStreams create(Runnable worked, Runnable failed) {
    TopicFacts facts = context.facts();
    Topology topology =
        LearningTopology.build(
            context.config().topics(),
            facts.labelPartitions(),
            context.config().learning(),
            decision(facts.learningLimits()),
            progress,
            new RecordWatch(worked, failed));
    // Nobody waits for a killed instance's labels as for its predictions.
    return context.streams(
        part(),
        topology,
        BatchTransactions.ORDINARY_TRANSACTION_TIMEOUT,
        facts.maxLearningRecordBytes());
  }

  private FeedbackDecision decision(LearningRecords.Limits limits) {
    int maxBytes = context.config().learning().maxPictureBytes();
    Supplier<ImageDecoder> decoder = () -> new ProbedDecoder(models.get().backbone().decoder());
    var records = new LearningRecords(limits, maxBytes, decoder, context.clock());
    var deadLetters = new DeadLetters(limits.deadLetter(), context.clock());
    return new FeedbackDecision(records, pictures, deadLetters, context.metrics(), context.clock());
  }
}
