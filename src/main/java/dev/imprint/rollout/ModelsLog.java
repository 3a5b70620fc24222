package dev.imprint.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.event.VersionHeader;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Writes the topic {@code models} in transactions, and knows its state after each. Not thread-safe;
 * the producer belongs to the caller.
 */
final class ModelsLog {
  private final Producer<byte[], byte[]> producer;
  private final String topic;
  private Models models;

  ModelsLog(Producer<byte[], byte[]> producer, String topic, Models models) {
    this.producer = producer;
    this.topic = topic;
    this.models = models;
  }

  /** The current state, including what was written here. */
  Models models() {
    return models;
  }

  /** One transaction; its records about the models are applied here once it is committed. */
  void commit(
      List<ProducerRecord<byte[], byte[]>> records, Consumer<Producer<byte[], byte[]>> more) {
    producer.beginTransaction();
    records.forEach(producer::send);
    more.accept(producer);
    producer.commitTransaction(); // throws if a record could not be sent
    for (ProducerRecord<byte[], byte[]> record : records) {
      if (record.topic().equals(topic)) {
        models = models.with(new String(record.key(), UTF_8), record.value());
      }
    }
  }

  /**
   * A record of the topic.
   *
   * @param value null for a tombstone
   */
  ProducerRecord<byte[], byte[]> record(String key, byte @Nullable [] value) {
    return new ProducerRecord<>(topic, null, key.getBytes(UTF_8), value, VersionHeader.alone());
  }
}
