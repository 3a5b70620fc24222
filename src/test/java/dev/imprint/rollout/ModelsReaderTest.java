package dev.imprint.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.imprint.broker.BrokerExtension;
import dev.imprint.event.Json;
import dev.imprint.event.Topics;
import dev.imprint.model.Rollout;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

@SuppressWarnings("NullAway.Init")
class ModelsReaderTest {
  @RegisterExtension private static final BrokerExtension broker = new BrokerExtension();

  private TestRegistry registry;
  private Producer<byte[], byte[]> producer;

  @BeforeEach
  void open() throws Exception {
    registry = TestRegistry.create(broker.bootstrapServers(), broker.prefix());
    producer = registry.producer();
    producer.initTransactions();
  }

  @AfterEach
  void close() {
    producer.close();
  }

  @Test
  void shouldWaitForTheMarkerOfATransactionThatIsBeingCommitted() throws Exception {
    producer.beginTransaction();
    send("v1");
    producer.flush();

    CompletableFuture<String> serving = CompletableFuture.supplyAsync(this::serving);
    await().during(Duration.ofMillis(500)).until(() -> !serving.isDone());
    producer.commitTransaction();

    assertThat(serving.get()).isEqualTo("v1");
  }

  @Test
  void shouldReadWhatIsCommittedWhileAnotherTransactionIsLeftOpen() throws Exception {
    registry.rollOut("v1");
    producer.beginTransaction();
    send("v2");
    producer.flush();

    assertThat(serving()).isEqualTo("v1");
  }

  /** As when the service stops in the middle of a training. */
  @Test
  void shouldCloseInAnInterruptedThreadWithoutAStackTrace() throws Exception {
    registry.rollOut("v1");
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    Logger kafka = (Logger) LoggerFactory.getLogger("org.apache.kafka.clients");
    log.start();
    kafka.addAppender(log);
    try (ModelsReader reader =
        new ModelsReader(registry.store.clients(), registry.store.topics())) {
      reader.readToEnd();
      Thread.currentThread().interrupt();
    } finally {
      kafka.detachAppender(log);
    }

    assertThat(Thread.interrupted()).as("still interrupted").isTrue();
    assertThat(log.list).filteredOn(event -> event.getThrowableProxy() != null).isEmpty();
  }

  private String serving() {
    Rollout rollout = registry.store.models().rollout();
    return rollout == null ? "" : rollout.serving();
  }

  private void send(String version) {
    Rollout rollout = new Rollout(version, null, Versions.AT, "a test", "because");
    producer.send(
        new ProducerRecord<>(
            registry.store.topics().models(),
            Topics.ROLLOUT_KEY.getBytes(UTF_8),
            Json.encode(rollout)));
  }
}
