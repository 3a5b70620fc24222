package dev.imprint.pipeline.part;

import dev.imprint.event.DeadLetter;
import dev.imprint.event.RecordParts;
import dev.imprint.model.Rejection;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Writes dead letters that fit their topic: one over the limit would abort the transaction again
 * and again.
 *
 * @param limit largest record that the topic accepts, in bytes
 */
public record DeadLetters(int limit, Clock clock) {
  public Record<byte[], byte[]> write(OriginalRecord original, Rejection reason, String message) {
    byte[] value = original.value();
    Instant now = clock.instant();
    DeadLetter letter =
        new DeadLetter(
            reason.tag(),
            message,
            original.topic(),
            original.partition(),
            original.offset(),
            now,
            value == null ? -1 : value.length);
    return fitted(
        original.key(),
        value,
        letter.headers(original.headers()),
        letter.headers(RecordParts.headers()),
        now.toEpochMilli());
  }

  /** Truncates the value, then drops the original headers, then the key, until it fits. */
  private Record<byte[], byte[]> fitted(
      byte @Nullable [] key,
      byte @Nullable [] value,
      Headers allHeaders,
      Headers ownHeaders,
      long now) {
    int frame = RecordParts.sizeUpperBound(key, null, allHeaders);
    Headers headers = allHeaders;
    if (frame > limit) {
      headers = ownHeaders;
      frame = RecordParts.sizeUpperBound(key, null, headers);
    }
    if (frame > limit) {
      key = null;
      frame = RecordParts.sizeUpperBound(null, null, headers);
    }
    int room = Math.max(0, limit - frame);
    byte[] body = value == null || value.length <= room ? value : Arrays.copyOf(value, room);
    return new Record<>(key, body, now, headers);
  }
}
