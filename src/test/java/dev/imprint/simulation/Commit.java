package dev.imprint.simulation;

import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Records and offsets that became valid at one moment.
 *
 * @param transactionalId of its producer; null for a record outside of transactions
 */
public record Commit(
    @Nullable String transactionalId,
    List<ConsumerRecord<byte[], byte[]>> records,
    List<Carried> offsets) {
  /** A group's new offset on a topic's first partition. */
  public record Carried(String group, String topic, long offset) {}
}
