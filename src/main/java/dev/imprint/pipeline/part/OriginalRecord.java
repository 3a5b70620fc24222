package dev.imprint.pipeline.part;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** A user's record as received, and its location. */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record OriginalRecord(
    byte @Nullable [] key,
    byte @Nullable [] value,
    Headers headers,
    String topic,
    int partition,
    long offset) {

  public static OriginalRecord of(Record<byte[], byte[]> record, RecordMetadata at) {
    return new OriginalRecord(
        record.key(), record.value(), record.headers(), at.topic(), at.partition(), at.offset());
  }
}
