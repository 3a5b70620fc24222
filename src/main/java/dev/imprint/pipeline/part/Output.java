package dev.imprint.pipeline.part;

import org.apache.kafka.streams.processor.api.Record;

/** A record to forward to the child node of this name. */
public record Output(Record<byte[], byte[]> record, String child) {}
