package dev.imprint.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.imprint.broker.EmbeddedBroker;
import dev.imprint.demo.BeltStream;
import dev.imprint.demo.belt.BeltPicture;
import dev.imprint.demo.belt.Scene;
import dev.imprint.event.Clients;
import dev.imprint.event.HeadFile;
import dev.imprint.event.KafkaConfig;
import dev.imprint.event.PredictionCodec;
import dev.imprint.event.Topics;
import dev.imprint.model.Prediction;
import dev.imprint.model.head.DenseHead;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole service with the bundled network, on pictures with known labels. */
class ServeTest {
  private static final Topics TOPICS = new Topics("");

  /**
   * After a kill, these follow one another: the broker's recovery, the session timeout and the
   * transaction timeout, 10 s each, and the broker's check for expired transactions.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  @TempDir private Path directory;

  private final BeltStream belt = new BeltStream(11, Scene.USUAL);
  private final Map<String, String> truths = new HashMap<>();

  @Test
  @Tag("long") // waits for Kafka to give up on a killed service
  void shouldLoseAndDoubleNothingAcrossAKillAndAnOrderlyRestart() throws Exception {
    int kafkaPort = ServeProcess.freePort();
    int httpPort = ServeProcess.freePort();
    Clients clients = clients(kafkaPort);
    try (ServeProcess first = serveEmbedded(kafkaPort, httpPort)) {
      // More than are processed while the test looks, so that the kill hits an open transaction.
      send(clients, 150);
      await().atMost(PATIENCE).until(() -> predictions(clients).size() >= 10);
      first.kill();
    }
    try (ServeProcess second = serveEmbedded(kafkaPort, httpPort)) {
      send(clients, 20);
      awaitAll(clients, second);
      second.terminate();
    }
    try (ServeProcess third = serveEmbedded(kafkaPort, httpPort)) {
      send(clients, 20);
      awaitAll(clients, third);
      // Only the new ones: after an orderly stop no image is processed again.
      assertThat(third.body("/metrics"))
          .contains("imprint_images_total{outcome=\"predicted\"} 20.0")
          .contains("imprint_model_info{");
      third.terminate();
    }
  }

  @Test
  void shouldSayInHealthThatTheBrokerIsGoneAndServeAgainWhenItIsBack() throws Exception {
    int kafkaPort = ServeProcess.freePort();
    int httpPort = ServeProcess.freePort();
    Path data = directory.resolve("broker");
    Clients clients = clients(kafkaPort);
    String server = clients.config().bootstrapServers();
    EmbeddedBroker broker = EmbeddedBroker.start(data, kafkaPort);
    try {
      assertThat(Cli.run("topics", "create", "--bootstrap-server", server).exitCode()).isZero();
      try (ServeProcess serve =
          ServeProcess.start(
              httpPort,
              directory.resolve("log"),
              "--bootstrap-server",
              server,
              "--data",
              directory.resolve("data").toString(),
              "--head",
              ServeProcess.beltHead(directory).toString())) {
        send(clients, 5);
        awaitAll(clients, serve);

        broker.close();

        await().atMost(Duration.ofSeconds(30)).until(() -> serve.status("/health/ready") == 503);
        assertThat(serve.body("/health")).contains("no connection to Kafka");
        assertThat(serve.status("/health/live")).isEqualTo(200);

        broker = EmbeddedBroker.start(data, kafkaPort);
        // Returns once the partitions have leaders again; a producer that starts earlier may retry
        // forever (OUT_OF_ORDER_SEQUENCE_NUMBER).
        assertThat(Cli.run("topics", "create", "--bootstrap-server", server).exitCode()).isZero();
        send(clients, 5);
        awaitAll(clients, serve);
        await().until(() -> serve.status("/health/ready") == 200);
      }
    } finally {
      broker.close();
    }
  }

  @Test
  @Timeout(60) // if not refused, it keeps serving
  void shouldSayWhatStopsTheStart() throws Exception {
    Path foreign = directory.resolve("foreign.head");
    try (OutputStream out = Files.newOutputStream(foreign)) {
      HeadFile.write(new DenseHead("another", List.of("a"), new float[] {1}, new float[] {0}), out);
    }
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      String port = Integer.toString(taken.getLocalPort());
      assertRefused(List.of("--http-port", port), 1, "http.port", port);
      assertRefused(List.of("--bootstrap-port", port), 1, "--bootstrap-port", port);
    }
    assertRefused(List.of("--head", "none.head"), 2, "serving.head is none.head", "no such file");
    // Reported at once, not after the backbone has been loaded.
    Path config = Files.writeString(directory.resolve("imprint.yaml"), "backbone: none.yaml");
    assertRefused(List.of("--head", "none.head", "--config", config.toString()), 2, "serving.head");
    assertRefused(List.of("--head", foreign.toString()), 2, "serving.head", "another", "train");
  }

  @Test
  @Timeout(60)
  void shouldNameTheCommandThatMakesMissingTopics() {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"), 0)) {
      Cli run = Cli.run("serve", "--bootstrap-server", broker.bootstrapServers());

      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err()).contains("topic images is missing", "imprint topics create");
    }
  }

  private void assertRefused(List<String> arguments, int exitCode, String... said) {
    List<String> all =
        new ArrayList<>(
            List.of("serve", "--embedded", "--data", directory.resolve("refused").toString()));
    all.addAll(arguments);
    if (!arguments.contains("--bootstrap-port")) {
      all.addAll(List.of("--bootstrap-port", "0"));
    }
    if (!arguments.contains("--http-port")) {
      all.addAll(List.of("--http-port", "0"));
    }
    Cli run = Cli.run(all.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
    assertThat(run.err().lines()).as("lines of the error").hasSize(1);
    assertThat(run.err()).contains(said);
  }

  private ServeProcess serveEmbedded(int kafkaPort, int httpPort) throws IOException {
    return ServeProcess.start(
        httpPort,
        directory.resolve("log"),
        "--embedded",
        "--bootstrap-port",
        Integer.toString(kafkaPort),
        "--data",
        directory.resolve("data").toString(),
        "--head",
        ServeProcess.beltHead(directory).toString());
  }

  private void send(Clients clients, int count) {
    // Drawn first, since drawing is slower than classifying: the pictures must wait for the
    // service.
    List<BeltPicture> pictures = Stream.generate(belt::next).limit(count).toList();
    try (Producer<byte[], byte[]> producer = clients.producer(1 << 20)) {
      for (BeltPicture picture : pictures) {
        truths.put(picture.id(), String.valueOf(picture.truth()));
        producer.send(
            new ProducerRecord<>(TOPICS.images(), picture.id().getBytes(UTF_8), picture.bytes()));
      }
    }
  }

  /** Every picture sent so far has one prediction, and nearly all are right. */
  private void awaitAll(Clients clients, ServeProcess serve) throws IOException {
    try {
      await().atMost(PATIENCE).until(() -> predictions(clients).size() >= truths.size());
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(serve.threadsAndLog(), e);
    }
    List<Prediction> predictions = predictions(clients);
    assertThat(predictions)
        .extracting(Prediction::imageId)
        .containsExactlyInAnyOrderElementsOf(truths.keySet());
    assertThat(predictions)
        .filteredOn(p -> truths.getOrDefault(p.imageId(), "").equals(p.label()))
        .hasSizeGreaterThanOrEqualTo(truths.size() * 9 / 10);
  }

  /** Everything committed so far. */
  private static List<Prediction> predictions(Clients clients) throws IOException {
    List<Prediction> predictions = new ArrayList<>();
    try (Consumer<byte[], byte[]> consumer = clients.consumer(Map.of())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(TOPICS.predictions()).stream()
              .map(p -> new TopicPartition(p.topic(), p.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
        for (var record : consumer.poll(Duration.ofMillis(100))) {
          predictions.add(PredictionCodec.decode(record.value()));
        }
      }
    }
    return predictions;
  }

  private static Clients clients(int kafkaPort) {
    return new Clients(new KafkaConfig("127.0.0.1:" + kafkaPort, Map.of()));
  }
}
