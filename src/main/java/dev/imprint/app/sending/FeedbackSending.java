package dev.imprint.app.sending;

import dev.imprint.event.FeedbackCodec;
import dev.imprint.model.Feedback;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;

/**
 * Sends feedback without waiting for it.
 *
 * @param producer belongs to the caller
 * @param topic of the feedback
 */
record FeedbackSending(Producer<byte[], byte[]> producer, String topic) {
  /**
   * @param failed called if Kafka does not accept it, here or on the producer's thread
   */
  @SuppressWarnings("FutureReturnValueIgnored") // failures go to the callback
  void send(Feedback feedback, Consumer<Exception> failed) {
    try {
      producer.send(
          FeedbackCodec.record(topic, feedback),
          (metadata, e) -> {
            if (e != null) {
              failed.accept(e);
            }
          });
    } catch (KafkaException e) { // thrown at once by a producer that was refused
      failed.accept(e);
    }
  }
}
