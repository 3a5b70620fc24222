package dev.imprint.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.PredictionCodec;
import dev.imprint.event.RecordParts;
import dev.imprint.event.VersionHeader;
import dev.imprint.model.Prediction;
import dev.imprint.model.Rejection;
import dev.imprint.pipeline.ImageClassifier.Classification;
import dev.imprint.pipeline.MicroBatchProcessor.Input;
import dev.imprint.pipeline.part.DeadLetters;
import dev.imprint.pipeline.part.OriginalRecord;
import dev.imprint.pipeline.part.Output;
import dev.imprint.pipeline.part.PipelineMetrics;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Writes the result for an image, and keeps each record within its topic's limit: a larger one
 * would abort the transaction again and again.
 *
 * <p>Records get the current time, not the image's, which may be far off: the broker might delete
 * them at once or refuse them.
 */
final class OutgoingRecords {
  /**
   * Largest records that the topics accept, in bytes as the producer estimates them.
   *
   * @param prediction of the topic predictions
   * @param deadLetter of the topic images.dlq
   */
  record OutgoingLimits(int prediction, int deadLetter) {}

  private final OutgoingLimits limits;
  private final PredictionCodec codec;
  private final PipelineMetrics metrics;
  private final DeadLetters deadLetters;

  OutgoingRecords(
      OutgoingLimits limits, PredictionCodec codec, PipelineMetrics metrics, Clock clock) {
    this.limits = limits;
    this.codec = codec;
    this.metrics = metrics;
    this.deadLetters = new DeadLetters(limits.deadLetter(), clock);
  }

  /** The records to forward; counts the image. */
  List<Output> write(Input input, Classification outcome) {
    if (outcome instanceof Classification.Predicted predicted) {
      return prediction(input, predicted.prediction());
    }
    Classification.Rejected rejected = (Classification.Rejected) outcome;
    return deadLetter(input, rejected.reason(), rejected.message());
  }

  private List<Output> prediction(Input input, Prediction prediction) {
    byte[] key = prediction.imageId().getBytes(UTF_8);
    byte[] value = codec.encode(prediction);
    Headers headers = VersionHeader.with(input.record().headers());
    int size = RecordParts.sizeUpperBound(key, value, headers);
    if (size > limits.prediction()) {
      return deadLetter(
          input,
          Rejection.PREDICTION_TOO_LARGE,
          "the prediction has %d bytes with the image's headers, but its topic takes at most %d"
              .formatted(size, limits.prediction()));
    }
    Duration latency = Duration.between(prediction.receivedAt(), prediction.predictedAt());
    metrics.predicted(prediction, latency.isNegative() ? Duration.ZERO : latency);
    long now = prediction.predictedAt().toEpochMilli();
    return List.of(new Output(new Record<>(key, value, now, headers), ServingTopology.PREDICTIONS));
  }

  private List<Output> deadLetter(Input input, Rejection reason, String message) {
    metrics.rejected(reason);
    OriginalRecord original =
        new OriginalRecord(
            input.record().key(),
            input.record().value(),
            input.record().headers(),
            input.topic(),
            input.partition(),
            input.offset());
    return List.of(
        new Output(deadLetters.write(original, reason, message), ServingTopology.IMAGES_DLQ));
  }
}
