package dev.imprint.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Sends without waiting, and reports a failure at the next call. Thread-safe; the producer is
 * closed by the caller.
 */
final class Sender {
  private final Producer<byte[], byte[]> producer;
  private volatile @Nullable Exception failure;

  Sender(Producer<byte[], byte[]> producer) {
    this.producer = producer;
  }

  /**
   * @throws KafkaException if an earlier record could not be sent
   */
  @SuppressWarnings("FutureReturnValueIgnored") // failures go to the callback
  void send(String topic, String id, byte[] value) {
    throwFailure();
    producer.send(
        new ProducerRecord<>(topic, id.getBytes(UTF_8), value),
        (metadata, exception) -> {
          if (exception != null) {
            failure = exception;
          }
        });
  }

  /**
   * Waits until all records are sent.
   *
   * @throws KafkaException if one could not be sent
   */
  void flush() {
    producer.flush();
    throwFailure();
  }

  private void throwFailure() {
    Exception cause = failure;
    if (cause != null) {
      throw new KafkaException("a record could not be sent: " + cause.getMessage(), cause);
    }
  }
}
