package dev.imprint.pipeline.learning;

import dev.imprint.model.Claim;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Something that a label processor has processed.
 *
 * @param record null if time passed, and something that waited has expired
 * @param now when
 * @param readUntil what had waited until then has expired
 * @param written by image id, the offset of what it wrote on {@code labels} about that
 * @param gone images whose pictures could not be read then
 */
record LabelEvent(
    @Nullable ConsumerRecord<byte[], byte[]> record,
    long now,
    long readUntil,
    Map<String, Long> written,
    Set<Claim> gone) {}
