package dev.imprint.rollout;

import dev.imprint.broker.BrokerExtension;
import dev.imprint.model.ModelVersion;
import java.io.IOException;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A publisher to a real broker. */
@SuppressWarnings("NullAway.Init")
class PublisherSteps {
  @RegisterExtension static final BrokerExtension broker = new BrokerExtension();

  TestRegistry registry;
  Producer<byte[], byte[]> producer;
  Publisher publisher;

  @BeforeEach
  void open() throws Exception {
    registry = TestRegistry.create(broker.bootstrapServers(), broker.prefix());
    producer = registry.producer();
    publisher = registry.publisher(producer, 20);
  }

  @AfterEach
  void close() {
    publisher.close();
    producer.close();
  }

  ModelVersion publish(long seed, @Nullable String parent) throws RefusedException, IOException {
    return publisher.publish(Versions.candidate(seed), parent, "leader", Publisher.NOTHING_MORE);
  }

  void reopen(int keepVersions) {
    close();
    producer = registry.producer();
    publisher = registry.publisher(producer, keepVersions);
  }
}
