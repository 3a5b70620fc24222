package dev.imprint.pipeline;

import dev.imprint.pipeline.part.PipelinePart;
import org.apache.kafka.streams.KafkaStreams;
import org.jspecify.annotations.Nullable;

/** Creates the Kafka Streams instances of one part, for its {@link Supervisor}. */
interface StreamsFactory {
  PipelinePart part();

  /** Why it cannot start yet, as a message; null once it can. */
  default @Nullable String held() {
    return null;
  }

  /** A problem that only a restart of the process can fix; null if there is none. */
  default @Nullable String hangs() {
    return null;
  }

  /**
   * Creates an instance without starting it, adapted to current conditions.
   *
   * @param worked runs after work that succeeded
   * @param failed runs after work that failed, before the exception reaches Kafka Streams
   * @throws RuntimeException if it cannot be created now
   */
  KafkaStreams create(Runnable worked, Runnable failed);
}
