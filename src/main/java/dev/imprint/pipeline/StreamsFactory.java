package dev.imprint.pipeline;

import org.apache.kafka.streams.KafkaStreams;
import org.jspecify.annotations.Nullable;

/** Makes the Kafka Streams instances of one part, for its {@link Supervisor}. */
interface StreamsFactory {
  PipelinePart part();

  /** Why it is not started yet, for people; null once it may be. */
  default @Nullable String held() {
    return null;
  }

  /** What only a restart of the process can mend; null if there is nothing. */
  default @Nullable String hangs() {
    return null;
  }

  /**
   * An instance that is not started, fitted to what is found at this moment.
   *
   * @param worked runs after work that went through
   * @param failed runs after work that did not, before the exception goes on to Kafka Streams
   * @throws RuntimeException if it cannot be made now
   */
  KafkaStreams create(Runnable worked, Runnable failed);
}
