package dev.imprint.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.DeadLetter;
import dev.imprint.event.PredictionCodec;
import dev.imprint.model.Prediction;
import dev.imprint.model.Rejection;
import dev.imprint.pipeline.ImageClassifier.Outcome;
import dev.imprint.pipeline.MicroBatchProcessor.Input;
import dev.imprint.pipeline.MicroBatchProcessor.Output;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.internal.AbstractRecords;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Writes what became of an image, and keeps each record under its topic's limit: one that is over
 * it would abort the transaction again and again.
 *
 * <p>Records are stamped with the present, not with the image's time, which may lie anywhere and
 * would have them deleted at once or refused by the broker.
 */
final class OutgoingRecords {
  /**
   * Largest records that the topics take, in bytes as the producer estimates them.
   *
   * @param prediction of the topic predictions
   * @param deadLetter of the topic images.dlq
   */
  record Limits(int prediction, int deadLetter) {}

  private final Limits limits;
  private final PredictionCodec codec;
  private final PipelineMetrics metrics;
  private final Clock clock;

  OutgoingRecords(Limits limits, PredictionCodec codec, PipelineMetrics metrics, Clock clock) {
    this.limits = limits;
    this.codec = codec;
    this.metrics = metrics;
    this.clock = clock;
  }

  /** The record to forward; counts the image. */
  Output write(Input input, Outcome outcome) {
    if (outcome instanceof Outcome.Predicted predicted) {
      return prediction(input, predicted.prediction());
    }
    Outcome.Rejected rejected = (Outcome.Rejected) outcome;
    return deadLetter(input, rejected.reason(), rejected.message());
  }

  private Output prediction(Input input, Prediction prediction) {
    byte[] key = prediction.imageId().getBytes(UTF_8);
    byte[] value = codec.encode(prediction);
    Headers headers = input.record().headers();
    int size = size(key, value, headers);
    if (size > limits.prediction()) {
      return deadLetter(
          input,
          Rejection.PREDICTION_TOO_LARGE,
          "the prediction has %d bytes with the image's headers, its topic takes %d"
              .formatted(size, limits.prediction()));
    }
    Duration lateness = Duration.between(prediction.receivedAt(), prediction.predictedAt());
    metrics.predicted(prediction.label() != null, lateness.isNegative() ? Duration.ZERO : lateness);
    return new Output(
        new Record<>(key, value, prediction.predictedAt().toEpochMilli(), headers),
        ServingTopology.PREDICTIONS);
  }

  private Output deadLetter(Input input, Rejection reason, String message) {
    metrics.rejected(reason);
    byte[] value = input.record().value();
    Instant now = clock.instant();
    DeadLetter letter =
        new DeadLetter(
            reason.tag(),
            message,
            input.topic(),
            input.partition(),
            input.offset(),
            now,
            value == null ? -1 : value.length);
    return new Output(
        fitted(
            input.record().key(),
            value,
            letter.headers(input.record().headers()),
            letter.headers(new RecordHeaders()),
            now.toEpochMilli()),
        ServingTopology.IMAGES_DLQ);
  }

  /** Cuts the value, then leaves out the original headers, then the key, until it fits. */
  private Record<byte[], byte[]> fitted(
      byte @Nullable [] key,
      byte @Nullable [] value,
      Headers allHeaders,
      Headers ownHeaders,
      long now) {
    int frame = size(key, null, allHeaders);
    Headers headers = allHeaders;
    if (frame > limits.deadLetter()) {
      headers = ownHeaders;
      frame = size(key, null, headers);
    }
    if (frame > limits.deadLetter()) {
      key = null;
      frame = size(null, null, headers);
    }
    int room = Math.max(0, limits.deadLetter() - frame);
    byte[] body = value == null || value.length <= room ? value : Arrays.copyOf(value, room);
    return new Record<>(key, body, now, headers);
  }

  private static int size(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
    return AbstractRecords.estimateSizeInBytesUpperBound(
        RecordBatch.CURRENT_MAGIC_VALUE, CompressionType.NONE, key, value, headers.toArray());
  }
}
