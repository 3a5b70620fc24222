package dev.imprint.pipeline.learning;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.Json;
import dev.imprint.event.RecordParts;
import dev.imprint.event.Sha256;
import dev.imprint.event.Topics;
import dev.imprint.event.VersionHeader;
import dev.imprint.model.Label;
import dev.imprint.model.Outcome;
import dev.imprint.model.RejectedException;
import dev.imprint.model.Rejection;
import dev.imprint.model.backbone.ImageDecoder;
import java.time.Clock;
import java.util.function.Supplier;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Writes the effect of feedback: outcomes, labels and pictures, each within its topic's limit.
 *
 * @param maxPictureBytes a larger picture is shrunk
 * @param decoder supplies the serving decoder
 */
public record LearningRecords(
    LearningLimits limits, int maxPictureBytes, Supplier<ImageDecoder> decoder, Clock clock) {
  /**
   * Largest records that the topics accept, in bytes as the producer estimates them.
   *
   * @param deadLetter of the topic feedback.dlq
   */
  public record LearningLimits(int label, int picture, int outcome, int deadLetter) {}

  Record<byte[], byte[]> outcome(Outcome outcome) throws RejectedException {
    Record<byte[], byte[]> record =
        record(outcome.imageId(), Json.encode(outcome), VersionHeader.alone());
    return checked("outcome", record, limits.outcome());
  }

  Record<byte[], byte[]> label(Label label) throws RejectedException {
    Record<byte[], byte[]> record =
        record(label.imageId(), Json.encode(label), LabelWrite.headers());
    return checked("label", record, limits.label());
  }

  /** On the topic labels, it removes the image from the buffer. */
  Record<byte[], byte[]> labelTombstone(String imageId) {
    return new Record<>(imageId.getBytes(UTF_8), null, clock.millis(), LabelWrite.headers());
  }

  /** On the topic pictures, it removes the image from the buffer. */
  Record<byte[], byte[]> tombstone(String imageId) {
    return new Record<>(imageId.getBytes(UTF_8), null, clock.millis(), VersionHeader.alone());
  }

  /**
   * @param predicted whether it was already decoded for a prediction
   * @return null if it does not fit its topic in any encoding
   * @throws RejectedException if serving would refuse it
   */
  @Nullable Record<byte[], byte[]> picture(String imageId, byte[] picture, boolean predicted)
      throws RejectedException {
    byte[] key = imageId.getBytes(UTF_8);
    Record<byte[], byte[]> whole =
        new Record<>(key, picture, clock.millis(), VersionHeader.alone());
    if (picture.length <= maxPictureBytes && fits(whole)) {
      if (!predicted) {
        decoder.get().decode(picture);
      }
      return whole;
    }
    Headers headers =
        VersionHeader.alone().add(Topics.REENCODED_HEADER, Sha256.hex(picture).getBytes(UTF_8));
    byte[] small = decoder.get().shrink(picture, maxPictureBytes);
    Record<byte[], byte[]> smaller = new Record<>(key, small, clock.millis(), headers);
    if (fits(smaller)) {
      return smaller;
    }
    return fits(whole) ? whole : null;
  }

  private boolean fits(Record<byte[], byte[]> record) {
    return RecordParts.sizeUpperBound(record.key(), record.value(), record.headers())
        <= limits.picture();
  }

  private Record<byte[], byte[]> record(String imageId, byte[] value, Headers headers) {
    return new Record<>(imageId.getBytes(UTF_8), value, clock.millis(), headers);
  }

  /** The group comes from the user and may be long. */
  private static Record<byte[], byte[]> checked(
      String what, Record<byte[], byte[]> record, int limit) throws RejectedException {
    int size = RecordParts.sizeUpperBound(record.key(), record.value(), record.headers());
    if (size > limit) {
      throw new RejectedException(
          Rejection.TOO_LARGE,
          "its %s has %d bytes, but the topic takes at most %d".formatted(what, size, limit));
    }
    return record;
  }
}
