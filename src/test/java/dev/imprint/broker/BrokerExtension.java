package dev.imprint.broker;

import dev.imprint.event.Clients;
import dev.imprint.event.KafkaConfig;
import dev.imprint.event.TopicLogs;
import dev.imprint.event.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** One broker for the tests of a class, and separate topics for each test. */
@SuppressWarnings("NullAway.Init")
public final class BrokerExtension
    implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback {
  private Path data;
  private EmbeddedBroker broker;
  private int tests;

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    data = Files.createTempDirectory("imprint-broker");
    broker = EmbeddedBroker.start(data, 0);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    tests++;
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    broker.close();
    Utils.delete(data.toFile());
  }

  public String bootstrapServers() {
    return broker.bootstrapServers();
  }

  public Clients clients() {
    return new Clients(new KafkaConfig(bootstrapServers(), Map.of()));
  }

  /** Returns once they can be written to. */
  public void createTopics(NewTopic... topics) throws Exception {
    createTopics(List.of(topics));
  }

  public void createTopics(List<NewTopic> topics) throws Exception {
    try (Admin admin = clients().admin()) {
      admin.createTopics(topics).all().get();
      TopicLogs.await(admin, topics.stream().map(NewTopic::name).toList(), Duration.ofSeconds(30));
    }
  }

  /** All topics of a service, for the running test; the single ones have one partition. */
  public Topics createTopics(int partitions) throws Exception {
    Topics topics = new Topics(prefix());
    createTopics(
        topics.specs(1 << 20).stream()
            .map(spec -> new NewTopic(spec.name(), spec.single() ? 1 : partitions, (short) 1))
            .toList());
    return topics;
  }

  /** A topic with one partition, to be created. */
  public static NewTopic topic(String name, Map<String, String> config) {
    return new NewTopic(name, 1, (short) 1).configs(config);
  }

  /** Returns once the record, or the tombstone if the value is null, is stored. */
  public void send(String topic, byte[] value) throws ExecutionException, InterruptedException {
    send(topic, null, value);
  }

  /** Returns once the record, or the tombstone if the value is null, is stored. */
  public void send(String topic, byte @Nullable [] key, byte @Nullable [] value)
      throws ExecutionException, InterruptedException {
    try (Producer<byte[], byte[]> producer = clients().producer(1_000_000)) {
      producer.send(new ProducerRecord<>(topic, key, value)).get();
    }
  }

  /** Of the running test's topics. */
  public String prefix() {
    return "t" + tests + ".";
  }
}
