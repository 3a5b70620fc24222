package dev.imprint.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.imprint.event.Clients;
import dev.imprint.event.Json;
import dev.imprint.event.KafkaConfig;
import dev.imprint.event.TopicLogs;
import dev.imprint.event.TopicScan;
import dev.imprint.event.Topics;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.Rollout;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** One test's topics of versions, on a broker shared by several tests. */
public final class TestRegistry {
  public static final Clock CLOCK = Clock.fixed(Versions.AT, ZoneOffset.UTC);
  private static final int MAX_RECORD_BYTES = 8_000_000;

  public final ModelStore store;
  public final String applicationId;

  /** For existing topics. */
  TestRegistry(String bootstrapServers, String prefix) {
    store =
        new ModelStore(
            new Clients(new KafkaConfig(bootstrapServers, Map.of())), new Topics(prefix));
    applicationId = prefix + "app";
  }

  public static TestRegistry create(String bootstrapServers, String prefix)
      throws ExecutionException, InterruptedException {
    TestRegistry registry = new TestRegistry(bootstrapServers, prefix);
    Topics topics = registry.store.topics();
    Set<String> others = Set.of(topics.feedbackDlq(), topics.labels()); // that the leader uses
    registry.create(
        topics.specs(MAX_RECORD_BYTES).stream()
            .filter(spec -> spec.single() || others.contains(spec.name())),
        1);
    return registry;
  }

  /** With all topics of a service; those that are not single get this many partitions. */
  public static TestRegistry createAll(String bootstrapServers, String prefix, int partitions)
      throws ExecutionException, InterruptedException {
    TestRegistry registry = new TestRegistry(bootstrapServers, prefix);
    registry.create(registry.store.topics().specs(MAX_RECORD_BYTES).stream(), partitions);
    return registry;
  }

  private void create(Stream<Topics.Spec> specs, int partitions)
      throws ExecutionException, InterruptedException {
    List<NewTopic> all =
        specs
            .map(
                s ->
                    new NewTopic(
                            s.name(), Optional.of(s.single() ? 1 : partitions), Optional.empty())
                        .configs(s.config()))
            .toList();
    try (Admin admin = store.clients().admin()) {
      admin.createTopics(all).all().get();
      TopicLogs.await(admin, all.stream().map(NewTopic::name).toList(), Duration.ofSeconds(30));
    }
  }

  /** With the one transactional id, not initialised. */
  public Producer<byte[], byte[]> producer() {
    return store
        .clients()
        .transactionalProducer(MAX_RECORD_BYTES, Publisher.transactionalId(applicationId));
  }

  public Publisher publisher(Producer<byte[], byte[]> producer, int keepVersions) {
    producer.initTransactions();
    return Publisher.open(producer, store, Versions.OPEN, keepVersions, CLOCK);
  }

  /** For heads of this backbone. */
  public Publisher publisher(Producer<byte[], byte[]> producer, String backbone) {
    producer.initTransactions();
    return Publisher.open(producer, store, new OpenBackbones(backbone, null), 20, CLOCK);
  }

  /** A record that a fault, or another program, might leave; null is a tombstone. */
  public void write(String topic, String key, byte @Nullable [] value)
      throws ExecutionException, InterruptedException {
    try (Producer<byte[], byte[]> producer = store.clients().producer(MAX_RECORD_BYTES)) {
      producer.send(new ProducerRecord<>(topic, key.getBytes(UTF_8), value)).get();
    }
  }

  public void write(ModelVersion version) throws ExecutionException, InterruptedException {
    write(store.topics().models(), version.version(), Json.encode(version));
  }

  void rollOut(String version) throws ExecutionException, InterruptedException {
    Rollout rollout = new Rollout(version, null, Versions.AT, "a test", "because");
    write(store.topics().models(), Topics.ROLLOUT_KEY, Json.encode(rollout));
  }

  /** Waits until a topic has this many committed records: a commit returns before its marker is. */
  public void awaitRecords(String topic, int count) {
    await().atMost(Duration.ofSeconds(15)).until(() -> read(topic).size() == count);
  }

  /** The committed records of a topic. */
  public List<ConsumerRecord<byte[], byte[]>> read(String topic) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (Consumer<byte[], byte[]> consumer = store.clients().consumer(Map.of())) {
      TopicScan.ofTopic(consumer, topic).forEach(records::add);
    }
    return records;
  }

  static void awaitServing(ModelFollower follower, String version) {
    await()
        .atMost(Duration.ofSeconds(15))
        .pollInterval(Duration.ofMillis(2))
        .until(() -> follower.isServing(version));
  }

  /** Every version is complete, and the one rolled out exists. */
  public Models assertConsistent() throws IOException {
    Models models = store.models();
    assertThat(models.unreadable()).isEmpty();
    for (ModelVersion version : models.versions()) {
      assertThat(Versions.belongs(version.version(), store.head(version))).isTrue();
      assertThat(new String(store.manifest(version), UTF_8)).contains("image-1");
      assertThat(store.network(version) == null).isEqualTo(version.network() == null);
    }
    Rollout rollout = models.rollout();
    if (rollout != null) {
      assertThat(models.serving()).isNotNull();
      assertThat(rollout.previous() == null || models.version(rollout.previous()) != null).isTrue();
    }
    return models;
  }
}
