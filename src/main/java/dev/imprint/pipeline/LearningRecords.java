package dev.imprint.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.Json;
import dev.imprint.event.Topics;
import dev.imprint.event.VersionHeader;
import dev.imprint.model.ImageDecoder;
import dev.imprint.model.Label;
import dev.imprint.model.Outcome;
import dev.imprint.model.RejectedException;
import dev.imprint.model.Rejection;
import java.time.Clock;
import java.util.function.Supplier;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Writes what feedback leads to: outcomes, labels and pictures, each under its topic's limit.
 *
 * @param maxPictureBytes a larger picture is made smaller
 * @param decoder gives the one that serves now
 */
record LearningRecords(
    Limits limits, int maxPictureBytes, Supplier<ImageDecoder> decoder, Clock clock) {
  /**
   * Largest records that the topics take, in bytes as the producer estimates them.
   *
   * @param deadLetter of the topic feedback.dlq
   */
  record Limits(int label, int picture, int outcome, int deadLetter) {}

  Record<byte[], byte[]> outcome(Outcome outcome) throws RejectedException {
    return checked("outcome", outcome.imageId(), Json.encode(outcome), limits.outcome());
  }

  Record<byte[], byte[]> label(Label label) throws RejectedException {
    return checked("label", label.imageId(), Json.encode(label), limits.label());
  }

  /** On labels and on pictures it takes the image out of the buffer. */
  Record<byte[], byte[]> tombstone(String imageId) {
    return new Record<>(imageId.getBytes(UTF_8), null, clock.millis(), VersionHeader.alone());
  }

  /**
   * @param predicted whether it was decoded already, to be predicted
   * @return null if it does not fit its topic however it is written
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
    Headers headers = VersionHeader.alone().add(Topics.REENCODED_HEADER, "true".getBytes(UTF_8));
    byte[] small = decoder.get().shrink(picture, maxPictureBytes);
    Record<byte[], byte[]> smaller = new Record<>(key, small, clock.millis(), headers);
    if (fits(smaller)) {
      return smaller;
    }
    return fits(whole) ? whole : null;
  }

  private boolean fits(Record<byte[], byte[]> record) {
    return DeadLetters.size(record.key(), record.value(), record.headers()) <= limits.picture();
  }

  /** The group is the user's and may be long. */
  private Record<byte[], byte[]> checked(String what, String imageId, byte[] value, int limit)
      throws RejectedException {
    byte[] key = imageId.getBytes(UTF_8);
    Headers headers = VersionHeader.alone();
    int size = DeadLetters.size(key, value, headers);
    if (size > limit) {
      throw new RejectedException(
          Rejection.TOO_LARGE,
          "its %s has %d bytes, the topic takes %d".formatted(what, size, limit));
    }
    return new Record<>(key, value, clock.millis(), headers);
  }
}
