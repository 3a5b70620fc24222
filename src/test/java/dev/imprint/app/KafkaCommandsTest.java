package dev.imprint.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.imprint.broker.EmbeddedBroker;
import dev.imprint.event.Clients;
import dev.imprint.event.DeadLetter;
import dev.imprint.event.KafkaConfig;
import dev.imprint.event.PredictionCodec;
import dev.imprint.event.Topics;
import dev.imprint.model.Claim;
import dev.imprint.model.Prediction;
import dev.imprint.model.Role;
import dev.imprint.model.Score;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands against a real broker; each test has topics of its own by their prefix. */
class KafkaCommandsTest {
  private static final AtomicInteger TESTS = new AtomicInteger();
  private static final int MAX_BYTES = 5_000;
  private static final int TOPICS = Topics.DEFAULTS.specs(MAX_BYTES).size();
  private static final byte[] BODY = "not a picture".getBytes(UTF_8);

  @TempDir private static Path brokerData;
  private static EmbeddedBroker broker;
  private static Clients clients;

  @TempDir private Path dir;
  private String config;
  private Topics topics;

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start(brokerData, 0);
    clients = new Clients(new KafkaConfig(broker.bootstrapServers(), Map.of()));
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void configure() throws IOException {
    topics = new Topics("t" + TESTS.incrementAndGet() + ".");
    String yaml =
        """
        application_id: %1$simprint
        kafka: {bootstrap_servers: '%2$s'}
        topics: {prefix: '%1$s'}
        images: {max_bytes: %3$d}
        """
            .formatted(topics.prefix(), broker.bootstrapServers(), MAX_BYTES);
    config = Files.writeString(dir.resolve("imprint.yaml"), yaml).toString();
  }

  @Test
  void shouldCreateTopicsOnceAndFindThemWell() throws IOException {
    Cli missing = run("topics check --json");
    Cli created = run("topics create --partitions 2 --json");
    Cli again = run("topics create");
    Cli checked = run("topics check --json");

    assertThat(missing.exitCode()).isEqualTo(1);
    assertThat(missing.out()).contains("images is missing").contains("imprint topics create");
    assertThat(created.exitCode()).isZero();
    assertThat(json(created)).hasSize(TOPICS).allMatch(row -> row.get("created").asBoolean());
    assertThat(again.exitCode()).isZero();
    assertThat(again.outLines()).hasSize(1 + TOPICS).first().asString().matches("topic +created");
    assertThat(again.out()).containsPattern("images +false");
    assertThat(checked.exitCode()).isZero();
    assertThat(json(checked))
        .hasSize(TOPICS)
        .allMatch(row -> row.get("severity").asText().equals("ok"))
        .anyMatch(row -> row.get("what").asText().contains("images, 2 partitions"))
        .anyMatch(row -> row.get("what").asText().contains("models, 1 partitions"));
  }

  @Test
  void shouldFindTopicsThatDoNotFitTheSettings() throws Exception {
    try (Admin admin = clients.admin()) {
      admin
          .createTopics(
              List.of(
                  topic(topics.images(), Map.of("max.message.bytes", "4000")),
                  topic(topics.predictions(), Map.of("retention.ms", "-1")),
                  topic(
                      topics.imagesDlq(),
                      Map.of("retention.ms", "1000", "cleanup.policy", "compact,delete"))))
          .all()
          .get();
    }

    Cli checked = run("topics check --json");

    assertThat(checked.exitCode()).isEqualTo(1);
    assertThat(json(checked))
        .extracting(row -> row.get("severity").asText(), row -> row.get("what").asText())
        .satisfiesOnlyOnce(
            found -> assertThat(found.toString()).contains("error", "max.message.bytes", "images"))
        .satisfiesOnlyOnce(
            found -> assertThat(found.toString()).contains("warning", "retention.ms", "dlq"))
        .satisfiesOnlyOnce(
            found -> assertThat(found.toString()).contains("error", "cleanup.policy", "dlq"))
        .satisfiesOnlyOnce(found -> assertThat(found.toString()).contains("ok", "predictions"));
    assertThat(checked.out()).contains("kafka-configs.sh", "cleanup.policy=delete");
  }

  @Test
  void shouldFindTopicsThatWouldLoseLabelsOrTheOrderOfDecisions() throws Exception {
    Map<String, String> compacted = Map.of("cleanup.policy", "compact");
    try (Admin admin = clients.admin()) {
      admin
          .createTopics(
              List.of(
                  topic(topics.images(), Map.of("retention.ms", "86400000")),
                  topic(topics.labels(), Map.of("cleanup.policy", "delete")),
                  new NewTopic(topics.models(), 2, (short) 1).configs(compacted),
                  new NewTopic(topics.artifacts(), 3, (short) 1).configs(compacted),
                  new NewTopic(topics.commands(), 4, (short) 1)))
          .all()
          .get();
    }

    Cli checked = run("topics check --json");
    Files.writeString(
        Path.of(config), Files.readString(Path.of(config)) + "learning: {label_window_hours: 24}");
    Cli shorter = run("topics check --json");

    assertThat(checked.exitCode()).isEqualTo(1);
    assertThat(json(checked))
        .extracting(row -> row.get("severity").asText() + " " + row.get("what").asText())
        .contains(
            "error %s has 2 partitions; its records need one order".formatted(topics.models()),
            "error %s has 3 partitions; its records need one order".formatted(topics.artifacts()),
            "error %s has 4 partitions; its records need one order".formatted(topics.commands()))
        .anyMatch(found -> found.startsWith("error cleanup.policy of " + topics.labels()))
        .anyMatch(
            found ->
                found.startsWith(
                    "warning retention.ms of %s is 86400000, but learning.label_window_hours is 168"
                        .formatted(topics.images())));
    assertThat(shorter.out()).doesNotContain("label_window_hours");
  }

  @Test
  void shouldCreateImagesThatStayAsLongAsLabelsMayCome() throws Exception {
    Files.writeString(
        Path.of(config), Files.readString(Path.of(config)) + "learning: {label_window_hours: 999}");
    run("topics create");

    assertThat(run("topics check").exitCode()).isZero();
    assertThat(run("topics check").out()).doesNotContain("warning");
  }

  @Test
  void shouldSendFilesUnderTheirRelativePathsAndReportWhatItCannot() throws Exception {
    run("topics create");
    Path belt = Files.createDirectories(dir.resolve("belt/nut"));
    byte[] picture = picture("png");
    Files.write(belt.resolve("ä 1.png"), picture);
    Files.write(belt.resolve("2.jpg"), picture("jpg"));
    Files.writeString(belt.resolve("readme.txt"), "not a picture");
    Files.write(belt.resolve("huge.png"), Arrays.copyOf(picture, MAX_BYTES + 1));
    Files.write(belt.resolve("none.png"), new byte[0]);
    Path single = Files.write(dir.resolve("bolt.gif"), picture("gif"));

    Cli sent = Cli.run("send", "--config", config, "" + dir.resolve("belt"), "" + single);

    assertThat(sent.exitCode()).isEqualTo(1);
    assertThat(sent.out()).startsWith("sent 3 of 6 images to " + topics.images());
    assertThat(sent.err().lines())
        .hasSize(3)
        .anyMatch(line -> line.contains("readme.txt: not sent: not an image"))
        .anyMatch(line -> line.contains("huge.png: not sent: 5001 bytes, over images.max_bytes"))
        .anyMatch(line -> line.contains("none.png: not sent: empty"));
    List<ConsumerRecord<byte[], byte[]>> images = read(topics.images());
    assertThat(images)
        .extracting(record -> new String(record.key(), UTF_8))
        .containsExactlyInAnyOrder("nut/ä 1.png", "nut/2.jpg", "bolt.gif");
    assertThat(images).anyMatch(record -> Arrays.equals(record.value(), picture));
  }

  @Test
  void shouldSendAtTheRateAsked() throws IOException {
    run("topics create");
    Path folder = Files.createDirectories(dir.resolve("many"));
    for (int i = 0; i < 11; i++) {
      Files.write(folder.resolve(i + ".png"), picture("png"));
    }

    long start = System.nanoTime();
    Cli sent = Cli.run("send", "--config", config, "--rate", "20", folder.toString());

    assertThat(sent.exitCode()).isZero();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(500));
  }

  @Test
  void shouldNotSendTwoFilesOfOneId() throws IOException {
    run("topics create");
    for (String folder : List.of("a", "b")) {
      Files.write(Files.createDirectories(dir.resolve(folder)).resolve("1.png"), picture("png"));
    }

    Cli sent = Cli.run("send", "--config", config, "" + dir.resolve("a"), "" + dir.resolve("b"));

    assertThat(sent.exitCode()).isEqualTo(1);
    assertThat(sent.err()).contains("would both have the id 1.png");
    assertThat(read(topics.images())).isEmpty();
  }

  @Test
  void shouldNameTheCommandThatMakesAMissingTopic() throws IOException {
    Path file = Files.write(dir.resolve("1.png"), picture("png"));

    for (Cli run :
        List.of(
            run("send " + file),
            run("watch"),
            run("dlq list"),
            run("dlq replay"),
            run("label 1 nut"),
            run("retrain"),
            run("models list"),
            run("models rollback"))) {
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err()).contains("is missing").contains("imprint topics create");
    }
  }

  @Test
  void shouldWatchJsonAndAvroAlikeAndOnlyWhatIsCommitted() throws Exception {
    run("topics create");
    byte[] json = PredictionCodec.JSON.encode(prediction("1"));
    try (Producer<byte[], byte[]> producer = clients.transactionalProducer(10_000, "watched")) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(topics.predictions(), BODY));
      producer.flush();
      producer.abortTransaction();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(topics.predictions(), json));
      producer.send(
          new ProducerRecord<>(topics.predictions(), PredictionCodec.AVRO.encode(prediction("1"))));
      producer.send(new ProducerRecord<>(topics.predictions(), BODY));
      producer.commitTransaction();
    }

    Cli watched = run("watch --from-beginning --timeout 3");

    assertThat(watched.exitCode()).as(watched.err()).isZero();
    assertThat(watched.outLines())
        .containsExactly(new String(json, UTF_8), new String(json, UTF_8));
    assertThat(watched.err()).containsOnlyOnce("is no prediction");
  }

  @Test
  void shouldWatchFromNowOnAndStopAtTheMost() throws Exception {
    run("topics create");
    send(topics.predictions(), PredictionCodec.JSON.encode(prediction("old")));
    CompletableFuture<Cli> watching =
        CompletableFuture.supplyAsync(() -> run("watch --max 2 --timeout 30"));

    // It watches from a moment that only it knows, so the image is sent until it has enough.
    await()
        .atMost(Duration.ofSeconds(40))
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> {
              send(topics.predictions(), PredictionCodec.JSON.encode(prediction("new")));
              return watching.isDone();
            });

    assertThat(watching.get().exitCode()).isZero();
    assertThat(watching.get().outLines()).hasSize(2).allMatch(line -> line.contains("\"new\""));
  }

  @Test
  void shouldFailIfTheTimeEndsBeforeTheMostIsReached() {
    run("topics create");

    Cli watched = run("watch --max 1 --timeout 0.5");

    assertThat(watched.exitCode()).isEqualTo(1);
    assertThat(watched.err()).contains("0 of 1 predictions after 0.5 s");
  }

  @Test
  void shouldListDeadLettersWithTheirReasonsAndOrigins() throws Exception {
    run("topics create");
    sendDeadLetter("broken", letter("broken_image", 7, BODY.length), BODY);
    sendDeadLetter("big", letter("too_large", 8, 1_000_000), BODY);
    sendDeadLetter(null, letter("empty", 9, -1), null);

    Cli list = run("dlq list --json");
    Cli large = run("dlq list --reason too_large");

    assertThat(list.exitCode()).isZero();
    assertThat(json(list)).hasSize(3);
    assertThat(json(list))
        .anySatisfy(
            row -> {
              assertThat(row.get("reason").asText()).isEqualTo("broken_image");
              assertThat(row.get("key").asText()).isEqualTo("broken");
              assertThat(row.get("topic").asText()).isEqualTo(topics.images());
              assertThat(row.get("partition").asInt()).isZero();
              assertThat(row.get("offset").asInt()).isEqualTo(7);
              assertThat(row.get("at").asText()).isEqualTo("2026-01-01T00:00:00Z");
              assertThat(row.get("size").asInt()).isEqualTo(BODY.length);
              assertThat(row.get("truncated").asBoolean()).isFalse();
            })
        .anyMatch(row -> row.get("truncated").asBoolean() && row.get("size").asInt() == 1_000_000)
        .anyMatch(row -> row.get("key").isNull() && row.get("size").asInt() == -1);
    assertThat(large.outLines()).hasSize(2).last().asString().contains("too_large").contains("big");
  }

  @Test
  void shouldListAndReplayDeadLettersOfFeedbackToo() throws Exception {
    run("topics create --partitions 1");
    byte[] said = "{\"label\": \"nut\"}".getBytes(UTF_8);
    sendDeadLetter("image", letter("broken_image", 0, BODY.length), BODY);
    DeadLetter letter =
        new DeadLetter("no_such_image", "why", topics.feedback(), 0, 3, Instant.EPOCH, said.length);
    sendDeadLetter(topics.feedbackDlq(), "belt-1", letter, said);

    Cli all = run("dlq list --json");
    Cli feedback = run("dlq list --topic feedback --json");
    Cli replayed = run("dlq replay --topic feedback");
    Cli rest = run("dlq replay");

    assertThat(json(all)).hasSize(2);
    assertThat(json(feedback))
        .extracting(row -> row.get("key").asText(), row -> row.get("topic").asText())
        .containsExactly(tuple("belt-1", topics.feedback()));
    assertThat(replayed.outLines())
        .containsExactly("replayed 1 of 1 dead letters to " + topics.feedback());
    assertThat(rest.outLines())
        .containsExactly(
            "replayed 1 of 1 dead letters to " + topics.images(),
            "replayed 0 of 0 dead letters to " + topics.feedback());
    assertThat(read(topics.feedback()))
        .extracting(record -> new String(record.key(), UTF_8), record -> record.value())
        .containsExactly(tuple("belt-1", said));
    assertThat(read(topics.images())).hasSize(1);
  }

  @Test
  void shouldListNothingAsAnEmptyArray() throws IOException {
    run("topics create");

    assertThat(json(run("dlq list --json"))).isEmpty();
  }

  @Test
  void shouldReplayEachDeadLetterOnce() throws Exception {
    run("topics create --partitions 1");
    sendDeadLetter("a", letter("broken_image", 0, BODY.length), BODY);
    sendDeadLetter("b", letter("model_failed", 1, BODY.length), BODY);

    Cli dry = run("dlq replay --dry-run --json");
    Cli first = run("dlq replay");
    Cli second = run("dlq replay");
    sendDeadLetter("c", letter("broken_image", 2, BODY.length), BODY);
    Cli third = run("dlq replay");

    assertThat(json(dry)).hasSize(2);
    assertThat(first.out()).startsWith("replayed 2 of 2");
    assertThat(second.out()).startsWith("replayed 0 of 0");
    assertThat(third.out()).startsWith("replayed 1 of 1");
    List<ConsumerRecord<byte[], byte[]>> images = read(topics.images());
    assertThat(images)
        .extracting(record -> new String(record.key(), UTF_8))
        .containsExactly("a", "b", "c");
    assertThat(images)
        .allSatisfy(
            record -> {
              assertThat(record.value()).isEqualTo(BODY);
              assertThat(record.headers()).extracting(Header::key).containsExactly("users");
            });
  }

  @Test
  void shouldReplayOneReasonWithoutForgettingOrRepeatingTheOthers() throws Exception {
    run("topics create --partitions 1");
    sendDeadLetter("a", letter("broken_image", 0, BODY.length), BODY);
    sendDeadLetter("b", letter("model_failed", 1, BODY.length), BODY);
    sendDeadLetter("c", letter("broken_image", 2, BODY.length), BODY);
    sendDeadLetter("d", letter("model_failed", 3, BODY.length), BODY);

    run("dlq replay --reason model_failed --max 1");
    run("dlq replay --reason model_failed");
    run("dlq replay --max 1");
    run("dlq replay");
    Cli fromBeginning = run("dlq replay --from-beginning --max 2");

    assertThat(fromBeginning.out()).startsWith("replayed 2 of 2");
    assertThat(read(topics.images()))
        .extracting(record -> new String(record.key(), UTF_8))
        .containsExactly("b", "d", "a", "c", "a", "b");
    assertThat(run("dlq replay").out()).startsWith("replayed 0 of 0");
  }

  @Test
  void shouldReplayACutDeadLetterFromItsOriginalAndSayIfThatIsGone() throws Exception {
    run("topics create --partitions 1");
    byte[] whole = new byte[3000];
    Arrays.fill(whole, (byte) 7);
    send(topics.images(), whole);
    sendDeadLetter(null, letter("too_large", 0, whole.length), Arrays.copyOf(whole, 10));
    sendDeadLetter(null, letter("too_large", 99, whole.length), Arrays.copyOf(whole, 10));

    Cli replayed = run("dlq replay");

    assertThat(replayed.exitCode()).isEqualTo(1);
    assertThat(replayed.out()).startsWith("replayed 1 of 2");
    assertThat(replayed.err()).contains("its original %s-0@99 is gone".formatted(topics.images()));
    assertThat(read(topics.images())).hasSize(2).allMatch(r -> Arrays.equals(r.value(), whole));
  }

  @Test
  void shouldOfferWhatIsTooLargeAgainOnceTheLimitIsRaised() throws Exception {
    run("topics create --partitions 1");
    byte[] body = new byte[MAX_BYTES]; // fits, but not with this key
    String key = "k".repeat(Topics.RECORD_OVERHEAD_BYTES);
    allowLargeRecords(topics.images());
    allowLargeRecords(topics.imagesDlq());
    sendDeadLetter("a", letter("too_large", 0, BODY.length), BODY);
    sendDeadLetter(key, letter("too_large", 1, body.length), body);
    sendDeadLetter("b", letter("too_large", 2, BODY.length), BODY);

    Cli first = run("dlq replay");
    Cli again = run("dlq replay");
    Files.writeString(
        Path.of(config),
        Files.readString(Path.of(config))
            .replace("max_bytes: " + MAX_BYTES, "max_bytes: " + 2 * MAX_BYTES));
    Cli raised = run("dlq replay");
    Cli last = run("dlq replay");

    assertThat(first.exitCode()).isEqualTo(1);
    assertThat(first.out()).startsWith("replayed 2 of 3");
    assertThat(first.err()).contains("@1 is not replayed", "raise images.max_bytes by");
    assertThat(again.out()).startsWith("replayed 0 of 1");
    assertThat(raised.exitCode()).as(raised.err()).isZero();
    assertThat(raised.out()).startsWith("replayed 1 of 1");
    assertThat(last.out()).startsWith("replayed 0 of 0");
    assertThat(read(topics.images()))
        .extracting(record -> new String(record.key(), UTF_8))
        .containsExactly("a", "b", key);
  }

  @Test
  void shouldFindEverythingWellOrSayWhatIsNot() throws Exception {
    Cli withoutTopics = run("doctor --json");
    run("topics create");
    Cli well = run("doctor --json");

    assertThat(withoutTopics.exitCode()).isEqualTo(1);
    assertThat(json(withoutTopics))
        .filteredOn(row -> row.get("severity").asText().equals("error"))
        .hasSize(TOPICS)
        .allMatch(row -> row.get("fix").asText().equals("imprint topics create"));
    assertThat(well.exitCode()).as(well.out()).isZero();
    assertThat(json(well))
        .extracting(row -> row.get("what").asText())
        .anyMatch(what -> what.startsWith("TensorFlow 2."))
        .anyMatch(what -> what.matches(".*heads are trained on the (CPU|GPU)"))
        .anyMatch(what -> what.contains("backbone bundled loads: id "))
        .anyMatch(what -> what.contains("answers: cluster "))
        .anyMatch(what -> what.contains("no head"));
  }

  private Cli run(String command) {
    List<String> args = new ArrayList<>(List.of(command.split(" ")));
    args.addAll(List.of("--config", config));
    return Cli.run(args.toArray(String[]::new));
  }

  private static JsonNode json(Cli run) throws IOException {
    return new JsonMapper().readTree(run.out());
  }

  private static void allowLargeRecords(String topic) throws Exception {
    var limit = new ConfigEntry("max.message.bytes", "1000000");
    var change = new AlterConfigOp(limit, AlterConfigOp.OpType.SET);
    try (Admin admin = clients.admin()) {
      admin
          .incrementalAlterConfigs(
              Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic), List.of(change)))
          .all()
          .get();
    }
  }

  private static NewTopic topic(String name, Map<String, String> config) {
    return new NewTopic(name, 1, (short) 1).configs(config);
  }

  private DeadLetter letter(String reason, long offset, int size) {
    return new DeadLetter(
        reason, "why", topics.images(), 0, offset, Instant.parse("2026-01-01T00:00:00Z"), size);
  }

  private void sendDeadLetter(@Nullable String key, DeadLetter letter, byte @Nullable [] value)
      throws ExecutionException, InterruptedException {
    sendDeadLetter(topics.imagesDlq(), key, letter, value);
  }

  private static void sendDeadLetter(
      String topic, @Nullable String key, DeadLetter letter, byte @Nullable [] value)
      throws ExecutionException, InterruptedException {
    Headers headers = letter.headers(new RecordHeaders().add("users", BODY));
    try (Producer<byte[], byte[]> producer = clients.producer(1_000_000)) {
      byte[] keyBytes = key == null ? null : key.getBytes(UTF_8);
      producer.send(new ProducerRecord<>(topic, null, keyBytes, value, headers)).get();
    }
  }

  private static void send(String topic, byte[] value)
      throws ExecutionException, InterruptedException {
    try (Producer<byte[], byte[]> producer = clients.producer(1_000_000)) {
      producer.send(new ProducerRecord<>(topic, value)).get();
    }
  }

  private static List<ConsumerRecord<byte[], byte[]>> read(String topic) {
    List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
    try (Consumer<byte[], byte[]> consumer = clients.consumer(Map.of())) {
      TopicReader reader = new TopicReader(consumer, topic);
      for (var records = reader.next(); !records.isEmpty(); records = reader.next()) {
        records.forEach(all::add);
      }
    }
    return all;
  }

  private static byte[] picture(String format) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB), format, bytes);
    return bytes.toByteArray();
  }

  private static Prediction prediction(String id) {
    return new Prediction(
        id,
        "nut",
        0.9f,
        List.of(new Score("nut", 0.9f)),
        "v1",
        Role.SERVING,
        new Claim("images", 0, 1, "00"),
        null,
        Instant.parse("2026-01-01T00:00:00.123Z"),
        Instant.parse("2026-01-01T00:00:00.456Z"));
  }
}
