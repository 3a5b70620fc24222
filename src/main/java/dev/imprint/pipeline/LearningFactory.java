package dev.imprint.pipeline;

import dev.imprint.model.backbone.ImageDecoder;
import dev.imprint.model.backbone.ProbedDecoder;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.model.serving.Lease;
import dev.imprint.pipeline.learning.FeedbackDecision;
import dev.imprint.pipeline.learning.FeedbackPace;
import dev.imprint.pipeline.learning.ImagesProgress;
import dev.imprint.pipeline.learning.LearningRecords;
import dev.imprint.pipeline.learning.LearningTopology;
import dev.imprint.pipeline.learning.PictureReader;
import dev.imprint.pipeline.learning.RecordWatch;
import dev.imprint.pipeline.part.DeadLetters;
import dev.imprint.pipeline.part.PipelinePart;
import java.util.function.Supplier;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;

/**
 * Creates the Kafka Streams instances for learning.
 *
 * @param models lends the serving model, whose decoder reads pictures
 * @param labels what they are called now
 * @param pictures reads labelled pictures back
 * @param progress how far images have been read
 * @param pace limits feedback while images are classified
 */
record LearningFactory(
    PipelineContext context,
    Supplier<Lease> models,
    Supplier<LabelChanges> labels,
    PictureReader pictures,
    ImagesProgress progress,
    FeedbackPace pace)
    implements StreamsFactory {
  /** Feedback and predictions are small. */
  private static final int FETCH_BYTES = 1 << 20;

  @Override
  public PipelinePart part() {
    return PipelinePart.LEARNING;
  }

  /**
   * @param worked runs after each record that was processed
   * @param failed runs after each record that failed
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
    // Labels of a killed instance are less urgent than predictions.
    return new KafkaStreams(
        topology,
        context.streams(
            part(),
            BatchTransactions.ORDINARY_TRANSACTION_TIMEOUT,
            facts.maxLearningRecordBytes(),
            FETCH_BYTES));
  }

  private FeedbackDecision decision(LearningRecords.LearningLimits limits) {
    int maxBytes = context.config().learning().maxPictureBytes();
    var records = new LearningRecords(limits, maxBytes, this::decoder, context.clock());
    var deadLetters = new DeadLetters(limits.deadLetter(), context.clock());
    return new FeedbackDecision(
        records, pictures, deadLetters, context.metrics(), labels, context.clock());
  }

  /** May be used after the lease: a backbone stays open as long as the pipeline runs. */
  private ImageDecoder decoder() {
    try (Lease lease = models.get()) {
      return new ProbedDecoder(lease.serving().backbone().decoder());
    }
  }
}
