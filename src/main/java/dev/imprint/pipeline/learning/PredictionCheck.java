package dev.imprint.pipeline.learning;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.PredictionCodec;
import dev.imprint.event.RecordParts;
import dev.imprint.model.Prediction;
import dev.imprint.model.Rejection;
import dev.imprint.pipeline.part.DeadLetters;
import dev.imprint.pipeline.part.OriginalRecord;
import dev.imprint.pipeline.part.PipelineMetrics;
import java.io.IOException;
import java.time.Clock;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Sends the parts of a prediction that feedback needs to the label processor of its image; anything
 * else becomes a dead letter. Used only by its task's stream thread.
 */
final class PredictionCheck implements Processor<byte[], byte[], byte[], byte[]> {
  /** An id and a group may be long; bounded so that no internal topic refuses them. */
  private static final int MAX_BYTES = 512 * 1024;

  private final DeadLetters deadLetters;
  private final PipelineMetrics metrics;
  private final Clock clock;

  @SuppressWarnings("NullAway.Init")
  private ProcessorContext<byte[], byte[]> context;

  PredictionCheck(DeadLetters deadLetters, PipelineMetrics metrics, Clock clock) {
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
    Record<byte[], byte[]> small;
    try {
      Prediction prediction = PredictionCodec.decode(record.value());
      small =
          new Record<>(
              prediction.imageId().getBytes(UTF_8),
              RecentPredictions.encode(prediction),
              clock.millis());
    } catch (IOException | RuntimeException e) { // any of several fields may be missing
      refuse(record, "this is not one");
      return;
    }
    int size = RecordParts.sizeUpperBound(small.key(), small.value(), small.headers());
    if (size > MAX_BYTES) {
      refuse(
          record,
          "without its best labels this one has %d bytes, more than %d".formatted(size, MAX_BYTES));
    } else {
      context.forward(small, LearningTopology.TO_LABEL_PREDICTIONS);
    }
  }

  private void refuse(Record<byte[], byte[]> record, String why) {
    metrics.feedbackRejected(Rejection.BAD_PREDICTION);
    RecordMetadata at = context.recordMetadata().orElseThrow();
    context.forward(
        deadLetters.write(
            OriginalRecord.of(record, at),
            Rejection.BAD_PREDICTION,
            "a record on the predictions topic must be a prediction written by Imprint: " + why),
        LearningTopology.BAD_PREDICTION);
  }
}
