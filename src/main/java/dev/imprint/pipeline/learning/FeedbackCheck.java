package dev.imprint.pipeline.learning;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.FeedbackCodec;
import dev.imprint.event.RecordParts;
import dev.imprint.event.Sha256;
import dev.imprint.model.Claim;
import dev.imprint.model.Feedback;
import dev.imprint.model.RejectedException;
import dev.imprint.model.Rejection;
import dev.imprint.model.Verdict;
import dev.imprint.pipeline.part.DeadLetters;
import dev.imprint.pipeline.part.OriginalRecord;
import dev.imprint.pipeline.part.PipelineMetrics;
import java.time.Clock;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Sends valid feedback to the label processor of its image, and anything else to the dead letters.
 * Used only by its task's stream thread.
 */
final class FeedbackCheck implements Processor<byte[], byte[], byte[], byte[]> {
  /**
   * Size limit of a feedback record, in bytes: it carries little, is forwarded once more, and may
   * be stored. Bounded so that no internal topic refuses it.
   */
  private static final int MAX_BYTES = 64 * 1024;

  private final String imagesTopic;
  private final DeadLetters deadLetters;
  private final PipelineMetrics metrics;
  private final Clock clock;

  @SuppressWarnings("NullAway.Init")
  private ProcessorContext<byte[], byte[]> context;

  FeedbackCheck(String imagesTopic, DeadLetters deadLetters, PipelineMetrics metrics, Clock clock) {
    this.imagesTopic = imagesTopic;
    this.deadLetters = deadLetters;
    this.metrics = metrics;
    this.clock = clock;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> processorContext) {
    context = processorContext;
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata at = context.recordMetadata().orElseThrow();
    try {
      Feedback feedback = check(record, at.topic());
      Claim origin = new Claim(at.topic(), at.partition(), at.offset(), Sha256.hex(record.value()));
      byte[] arrived =
          ArrivedFeedback.of(feedback, origin, record.key(), record.value(), record.headers())
              .encode();
      // With a new timestamp: the sender's may be far off, and a broker may refuse it.
      context.forward(
          new Record<>(feedback.imageId().getBytes(UTF_8), arrived, clock.millis()),
          LearningTopology.TO_LABEL_FEEDBACK);
    } catch (RejectedException e) {
      metrics.feedbackRejected(e.reason());
      context.forward(
          deadLetters.write(
              OriginalRecord.of(record, at), e.reason(), String.valueOf(e.getMessage())),
          LearningTopology.BAD_FEEDBACK);
    }
  }

  private Feedback check(Record<byte[], byte[]> record, String itsTopic) throws RejectedException {
    int size = RecordParts.sizeUpperBound(record.key(), record.value(), record.headers());
    if (size > MAX_BYTES) {
      throw new RejectedException(
          Rejection.TOO_LARGE,
          "feedback may have at most %d bytes with its headers, but this has %d"
              .formatted(MAX_BYTES, size));
    }
    Feedback feedback = FeedbackCodec.read(record.key(), record.value());
    Claim claim = feedback.claim();
    boolean ofLabel =
        claim != null && feedback.verdict() == Verdict.FORGET && claim.topic().equals(itsTopic);
    if (claim != null && !ofLabel && !claim.topic().equals(imagesTopic)) {
      throw new RejectedException(
          Rejection.BAD_FEEDBACK,
          "its claim names topic '%s', but images are on '%s'"
              .formatted(claim.topic(), imagesTopic));
    }
    return feedback;
  }
}
