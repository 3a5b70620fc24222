package dev.imprint.pipeline;

import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** A user's record as it came, and where it lies. */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record OriginalRecord(
    byte @Nullable [] key,
    byte @Nullable [] value,
    Headers headers,
    String topic,
    int partition,
    long offset) {}
