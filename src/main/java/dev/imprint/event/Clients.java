package dev.imprint.event;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Opens Kafka clients, so that the settings a user passes through (TLS, SASL, timeouts) reach every
 * one of them. Keys and values are bytes: what they mean is the codecs' business. Whoever opens a
 * client closes it.
 */
public record Clients(KafkaConfig config) {
  /** What every client gets: the servers, the user's properties, and {@code own} over them. */
  public Map<String, Object> properties(Map<String, ?> own) {
    Map<String, Object> all = new HashMap<>(config.properties());
    all.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, config.bootstrapServers());
    all.putAll(own);
    return all;
  }

  public Admin admin() {
    return Admin.create(properties(Map.of()));
  }

  /** A consumer of committed records alone, starting where {@code own} says. */
  public Consumer<byte[], byte[]> consumer(Map<String, ?> own) {
    Map<String, Object> all = properties(Map.of());
    all.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    all.putAll(own);
    return new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /**
   * An idempotent producer.
   *
   * @param maxRecordBytes largest record that it sends
   */
  public Producer<byte[], byte[]> producer(int maxRecordBytes) {
    Map<String, Object> all = properties(Map.of());
    all.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    all.put(ProducerConfig.ACKS_CONFIG, "all");
    all.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, maxRecordBytes);
    return new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
  }
}
