package dev.imprint.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * One dead letter, for people.
 *
 * @param key of the original record; invalid UTF-8 shows as �
 * @param size bytes of the original value; -1 for a tombstone
 * @param truncated whether the dead letter holds less than the original value
 */
public record RejectedRecord(
    String reason,
    String topic,
    int partition,
    long offset,
    @Nullable String key,
    Instant at,
    int size,
    boolean truncated,
    String message) {

  public static RejectedRecord of(DeadLetter letter, ConsumerRecord<byte[], byte[]> record) {
    return new RejectedRecord(
        letter.reason(),
        letter.topic(),
        letter.partition(),
        letter.offset(),
        record.key() == null ? null : new String(record.key(), UTF_8),
        letter.at(),
        letter.size(),
        isTruncated(letter, record),
        letter.message());
  }

  public static boolean isTruncated(DeadLetter letter, ConsumerRecord<byte[], byte[]> record) {
    return letter.size() > (record.value() == null ? 0 : record.value().length);
  }
}
