package dev.imprint.simulation;

import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Records and offsets that became valid at one moment. */
public record Commit(List<ConsumerRecord<byte[], byte[]>> records, List<Carried> offsets) {
  /** A group's new offset on a topic's first partition. */
  public record Carried(String group, String topic, long offset) {}
}
