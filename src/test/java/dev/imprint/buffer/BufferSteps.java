package dev.imprint.buffer;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imprint.broker.BrokerExtension;
import dev.imprint.broker.Committed;
import dev.imprint.buffer.cache.EmbeddingSource;
import dev.imprint.event.Clients;
import dev.imprint.event.Json;
import dev.imprint.event.Sha256;
import dev.imprint.event.TopicLogs;
import dev.imprint.event.Topics;
import dev.imprint.model.Claim;
import dev.imprint.model.Label;
import dev.imprint.model.backbone.Backbones;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A buffer that follows the topics of a real broker, and what others write to them. */
@SuppressWarnings({
  "FutureReturnValueIgnored", // the commit fails if a send failed
  "NullAway.Init"
})
class BufferSteps {
  static final Duration PATIENCE = Duration.ofSeconds(30);

  @RegisterExtension private static final BrokerExtension broker = new BrokerExtension();

  @TempDir Path embeddings;
  final ToyBackbone backbone = new ToyBackbone();
  final Count counts = new Count();
  Topics topics;
  Clients clients;
  Producer<byte[], byte[]> producer;

  static final class Count implements BufferMetrics {
    final AtomicInteger hits = new AtomicInteger();
    final ConcurrentLinkedQueue<LeftOut> leftOut = new ConcurrentLinkedQueue<>();
    final ConcurrentLinkedQueue<Integer> waiting = new ConcurrentLinkedQueue<>();

    @Override
    public void embedded(int pictures, Duration time) {}

    @Override
    public void holds(BufferSnapshot snapshot) {}

    @Override
    public void waiting(int pictures) {
      waiting.add(pictures);
    }

    @Override
    public void cacheHits(int pictures) {
      hits.addAndGet(pictures);
    }

    @Override
    public void leftOut(LeftOut reason) {
      leftOut.add(reason);
    }
  }

  @BeforeEach
  void makeTopics() throws Exception {
    topics = new Topics(broker.prefix());
    clients = broker.clients();
    makeTopics(2);
    producer = clients.transactionalProducer(2_000_000, topics.prefix() + "writer");
    producer.initTransactions();
  }

  @AfterEach
  void closeProducer() {
    producer.close();
  }

  Buffer start(BufferConfig config) {
    return start(config, Backbones.of(backbone));
  }

  Buffer start(BufferConfig config, Backbones backbones) {
    return start(config, new EmbeddingSource(backbones, embeddings));
  }

  Buffer start(BufferConfig config, EmbeddingSource source) {
    Buffer buffer = new Buffer(config, clients, topics, source, counts);
    buffer.start();
    return buffer;
  }

  void makeTopics(int partitions) throws Exception {
    List<NewTopic> all =
        List.of(
            new NewTopic(topics.labels(), partitions, (short) 1),
            new NewTopic(topics.pictures(), partitions, (short) 1));
    try (Admin admin = clients.admin()) {
      admin.createTopics(all).all().get();
      TopicLogs.await(admin, all.stream().map(NewTopic::name).toList(), Duration.ofSeconds(30));
    }
  }

  void write(Runnable records) {
    producer.beginTransaction();
    records.run();
    producer.commitTransaction();
    Committed.await(clients, topics.labels(), topics.pictures());
  }

  /** So many examples, whose ids end with their pictures' number. */
  void writeGears(int first, int count) {
    write(() -> IntStream.range(first, first + count).forEach(i -> example("id" + i, "gear", i)));
  }

  void forget(String id) {
    write(
        () -> {
          send(topics.labels(), id, null);
          send(topics.pictures(), id, null);
        });
  }

  static String sha256(int picture) {
    return Sha256.hex(new byte[] {(byte) picture});
  }

  void example(String id, String label, int picture) {
    sendExample(producer, id, label, picture);
  }

  void sendExample(Producer<byte[], byte[]> to, String id, String label, int picture) {
    byte[] bytes = {(byte) picture};
    Claim claim = new Claim("images", 0, picture, Sha256.hex(bytes));
    Instant at = Instant.ofEpochSecond(picture);
    Label value = new Label(id, label, claim, null, "anna", at, claim);
    to.send(new ProducerRecord<>(topics.labels(), id.getBytes(UTF_8), Json.encode(value)));
    to.send(new ProducerRecord<>(topics.pictures(), id.getBytes(UTF_8), bytes));
  }

  void send(String topic, String id, byte @Nullable [] value) {
    producer.send(new ProducerRecord<>(topic, id.getBytes(UTF_8), value));
  }
}
