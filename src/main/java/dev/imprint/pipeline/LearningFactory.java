package dev.imprint.pipeline;

import dev.imprint.model.ImageDecoder;
import dev.imprint.model.Lease;
import dev.imprint.model.ProbedDecoder;
import java.util.function.Supplier;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;

/**
 * Makes learning.
 *
 * @param models lends what serves now, whose decoder reads pictures
 * @param pictures reads labelled pictures back
 * @param progress how far images are read
 * @param pace of feedback beside images
 */
record LearningFactory(
    PipelineContext context,
    Supplier<Lease> models,
    PictureReader pictures,
    ImagesProgress progress,
    FeedbackPace pace)
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
            new RecordWatch(worked, failed, pace));
    // Nobody waits for a killed instance's labels as for its predictions.
    return context.streams(
        part(),
        topology,
        BatchTransactions.ORDINARY_TRANSACTION_TIMEOUT,
        facts.maxLearningRecordBytes());
  }

  private FeedbackDecision decision(LearningRecords.LearningLimits limits) {
    int maxBytes = context.config().learning().maxPictureBytes();
    var records = new LearningRecords(limits, maxBytes, this::decoder, context.clock());
    var deadLetters = new DeadLetters(limits.deadLetter(), context.clock());
    return new FeedbackDecision(records, pictures, deadLetters, context.metrics(), context.clock());
  }

  /** Outlives the lease: a backbone stays open as long as the pipeline runs. */
  private ImageDecoder decoder() {
    try (Lease lease = models.get()) {
      return new ProbedDecoder(lease.serving().backbone().decoder());
    }
  }
}
