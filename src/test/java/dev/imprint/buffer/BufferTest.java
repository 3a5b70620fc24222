package dev.imprint.buffer;

import static dev.imprint.model.CheckResult.Status.DEGRADED;
import static dev.imprint.model.CheckResult.Status.UP;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.imprint.augmentation.Augmentation;
import dev.imprint.augmentation.Recipe;
import dev.imprint.broker.Committed;
import dev.imprint.broker.EmbeddedBroker;
import dev.imprint.event.Clients;
import dev.imprint.event.Json;
import dev.imprint.event.KafkaConfig;
import dev.imprint.event.Sha256;
import dev.imprint.event.TopicLogs;
import dev.imprint.event.Topics;
import dev.imprint.model.Backbones;
import dev.imprint.model.Claim;
import dev.imprint.model.Embedding;
import dev.imprint.model.Label;
import dev.imprint.model.LabelChanges;
import dev.imprint.model.View;
import dev.imprint.pipeline.KafkaPictureReader;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("FutureReturnValueIgnored") // the commit fails if a send failed
class BufferTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Recipe RECIPE = new Recipe(Augmentation.DEFAULTS.withViews(3), 1);

  @TempDir static Path brokerData;
  private static EmbeddedBroker broker;
  private static final AtomicInteger TESTS = new AtomicInteger();

  @TempDir Path embeddings;
  private final ToyBackbone backbone = new ToyBackbone();
  private final Count counts = new Count();
  private Topics topics;
  private Clients clients;
  private Producer<byte[], byte[]> producer;

  private static final class Count implements BufferMetrics {
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

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start(brokerData, 0);
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void makeTopics() throws Exception {
    topics = new Topics("t%d.".formatted(TESTS.incrementAndGet()));
    clients = new Clients(new KafkaConfig(broker.bootstrapServers(), Map.of()));
    makeTopics(2);
    producer = clients.transactionalProducer(2_000_000, topics.prefix() + "writer");
    producer.initTransactions();
  }

  @AfterEach
  void closeProducer() {
    producer.close();
  }

  @Test
  void shouldMakeExamplesOfWhatWasThereAndOfWhatComesLater() throws Exception {
    write(() -> example("a", "gear", 1));
    try (Buffer buffer = start(BufferConfig.DEFAULTS)) {
      await().atMost(PATIENCE).until(buffer::caughtUp);
      assertThat(buffer.snapshot().examples())
          .extracting(Example::imageId, Example::label, e -> e.embedding().numbers()[1])
          .containsExactly(tuple("a", "gear", -1f));

      write(() -> example("b", "nut", 2));
      assertThat(buffer.awaitCaughtUp(PATIENCE, waiting -> {})).isTrue();
      assertThat(buffer.snapshot().examples())
          .extracting(Example::imageId, Example::label, e -> e.embedding().numbers()[1])
          .containsExactly(tuple("a", "gear", -1f), tuple("b", "nut", -2f));
      await().untilAsserted(() -> assertThat(buffer.check().status()).isEqualTo(UP));
    }
  }

  @Test
  void shouldEmbedManyInBatchesOfTheSizeThatIsSet() throws Exception {
    write(
        () -> {
          for (int i = 0; i < 90; i++) {
            example("id" + i, "gear", i);
          }
        });
    try (Buffer buffer = start(new BufferConfig(5_000, 10, 100, 8, 0, 100, 0))) {
      await().atMost(PATIENCE).until(buffer::caughtUp);
      assertThat(buffer.snapshot().examples()).hasSize(90);
      assertThat(buffer.snapshot().examples())
          .allSatisfy(
              e -> assertThat("id" + (int) e.embedding().numbers()[0]).isEqualTo(e.imageId()));
      assertThat(backbone.largestBatch).hasValue(8);
      assertThat(backbone.embedded).hasValue(90);
    }
  }

  @Test
  void shouldNotEmbedPicturesThatALaterRecordReplacesOrTakesOut() throws Exception {
    write(() -> example("replaced", "gear", 1));
    write(() -> example("forgotten", "gear", 2));
    write(
        () -> {
          example("replaced", "nut", 3);
          send(topics.labels(), "forgotten", null);
          send(topics.pictures(), "forgotten", null);
        });
    try (Buffer buffer = start(BufferConfig.DEFAULTS)) {
      await().atMost(PATIENCE).until(buffer::caughtUp);
      assertThat(buffer.snapshot().examples())
          .extracting(Example::imageId, Example::label, e -> e.embedding().numbers()[0])
          .containsExactly(tuple("replaced", "nut", 3f));
      assertThat(backbone.embedded).hasValue(1);
    }
  }

  @Test
  void shouldNotSeeWhatAnAbortedTransactionWrote() throws Exception {
    producer.beginTransaction();
    example("aborted", "gear", 1);
    producer.flush();
    producer.abortTransaction();
    write(() -> example("a", "gear", 2));
    try (Buffer buffer = start(BufferConfig.DEFAULTS)) {
      await().atMost(PATIENCE).until(buffer::caughtUp);
      assertThat(buffer.snapshot().examples()).extracting(Example::imageId).containsExactly("a");
    }
  }

  @Test
  void shouldLeaveOutAndCountWhatCannotBeReadAndGoOn() throws Exception {
    write(
        () -> {
          example("broken", "gear", ToyBackbone.BROKEN_PICTURE);
          send(topics.labels(), "no-json", "{\"label\":".getBytes(UTF_8));
          send(topics.labels(), "no-claim", "{\"label\": \"gear\"}".getBytes(UTF_8));
          example("a", "gear", 1);
        });
    try (Buffer buffer = start(BufferConfig.DEFAULTS)) {
      await().atMost(PATIENCE).until(buffer::caughtUp);
      assertThat(buffer.snapshot().examples()).extracting(Example::imageId).containsExactly("a");
      assertThat(counts.leftOut)
          .containsExactlyInAnyOrder(
              BufferMetrics.LeftOut.BAD_LABEL,
              BufferMetrics.LeftOut.BAD_LABEL,
              BufferMetrics.LeftOut.BAD_PICTURE);
      await().untilAsserted(() -> assertThat(buffer.check().status()).isEqualTo(UP));
    }
  }

  @Test
  void shouldComputeNothingAgainAfterARestart() throws Exception {
    write(() -> example("a", "gear", 1));
    try (Buffer before = start(BufferConfig.DEFAULTS)) {
      await().atMost(PATIENCE).until(before::caughtUp);
    }
    write(() -> example("b", "gear", 2));
    try (Buffer after = start(BufferConfig.DEFAULTS)) {
      await().atMost(PATIENCE).until(after::caughtUp);
      assertThat(after.snapshot().examples()).hasSize(2);
      assertThat(backbone.embedded).hasValue(2);
      assertThat(counts.hits).hasValue(1);
    }
  }

  @Test
  void shouldKeepNoEmbeddingOfAPictureThatIsTakenOut() throws Exception {
    write(
        () -> {
          example("a", "gear", 1);
          example("b", "gear", 2);
        });
    try (Buffer before = start(BufferConfig.DEFAULTS)) {
      await().atMost(PATIENCE).until(before::caughtUp);
      write(
          () -> {
            send(topics.labels(), "a", null);
            send(topics.pictures(), "a", null);
          });
      assertThat(before.awaitCaughtUp(PATIENCE, waiting -> {})).isTrue();
    }
    write(() -> example("a", "gear", 1));
    try (Buffer after = start(BufferConfig.DEFAULTS)) {
      await().atMost(PATIENCE).until(after::caughtUp);
      assertThat(backbone.embedded).as("a once more, b not").hasValue(3);
    }
  }

  @Test
  void shouldSayThatOnlyARestartHelpsOnceItsThreadHasDied() throws Exception {
    backbone.onEmbed =
        () -> {
          throw new NoClassDefFoundError("a jar is broken");
        };
    write(() -> example("a", "gear", 1));
    try (Buffer buffer = start(BufferConfig.DEFAULTS)) {
      await()
          .dontCatchUncaughtExceptions()
          .atMost(PATIENCE)
          .until(() -> buffer.check().restartHelps());
      assertThat(buffer.check().cause()).contains("a jar is broken", "restart the service");
    }
  }

  @Test
  void shouldSayThatTheModelFailsAndGoOnOnceItWorks() throws Exception {
    backbone.fails.set(true);
    write(() -> example("a", "gear", 1));
    try (Buffer buffer = start(BufferConfig.DEFAULTS)) {
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(buffer.check().cause()).contains("the device is lost"));
      assertThat(buffer.check().status()).isEqualTo(DEGRADED);
      assertThat(buffer.awaitCaughtUp(Duration.ofMillis(300), waiting -> {})).isFalse();
      backbone.fails.set(false);
      await().atMost(PATIENCE).until(buffer::caughtUp);
      await().untilAsserted(() -> assertThat(buffer.check().status()).isEqualTo(UP));
      assertThat(buffer.snapshot().examples()).hasSize(1);
    }
  }

  @Test
  void shouldKeepALabelsNewestExamplesOnceTheTombstonesAreWritten() throws Exception {
    write(
        () -> {
          for (int i = 0; i < 5; i++) {
            example("gear" + i, "gear", i);
          }
        });
    try (Buffer buffer = start(new BufferConfig(3, 10, 100, 8, 0, 100, 0))) {
      await().atMost(PATIENCE).until(buffer::caughtUp);
      assertThat(buffer.tombstones(example -> true, LabelChanges.NONE)).hasSize(2);
      write(() -> buffer.tombstones(example -> true, LabelChanges.NONE).forEach(producer::send));
      assertThat(buffer.awaitCaughtUp(PATIENCE, waiting -> {})).isTrue();
      assertThat(buffer.snapshot().examples())
          .extracting(Example::imageId)
          .containsExactly("gear2", "gear3", "gear4");
      assertThat(buffer.tombstones(example -> true, LabelChanges.NONE)).isEmpty();
    }
  }

  @Test
  void shouldSayThatItIsFullAndGoOnOnceThereIsRoom() throws Exception {
    write(
        () -> {
          for (int i = 0; i < 3; i++) {
            example("id" + i, "gear", i);
          }
        });
    try (Buffer buffer = start(new BufferConfig(5_000, 10, 2, 8, 0, 100, 0))) {
      await().atMost(PATIENCE).until(buffer::caughtUp);
      assertThat(buffer.snapshot().examples()).hasSize(2);
      await().until(() -> buffer.check().cause().contains("1 pictures beyond buffer.max_examples"));
      String id = buffer.snapshot().examples().get(0).imageId();
      write(
          () -> {
            send(topics.labels(), id, null);
            send(topics.pictures(), id, null);
          });
      assertThat(buffer.awaitCaughtUp(PATIENCE, waiting -> {})).isTrue();
      assertThat(buffer.snapshot().examples()).hasSize(2).noneMatch(e -> e.imageId().equals(id));
      await().until(() -> buffer.check().status() == UP);
    }
  }

  @Test
  void shouldNameAMissingTopicAndStartOnceItIsThere() throws Exception {
    topics = new Topics("later%d.".formatted(TESTS.incrementAndGet()));
    try (Buffer buffer = start(BufferConfig.DEFAULTS)) {
      await()
          .atMost(PATIENCE)
          .until(() -> buffer.check().cause().contains(topics.labels() + " is missing"));
      makeTopics(1);
      await().atMost(PATIENCE).until(buffer::caughtUp);
      await().untilAsserted(() -> assertThat(buffer.check().status()).isEqualTo(UP));
    }
  }

  @Test
  void shouldSayThatKafkaIsAwayAndFollowOnOnceItIsBack(@TempDir Path data) throws Exception {
    EmbeddedBroker away = EmbeddedBroker.start(data, 0);
    clients = new Clients(new KafkaConfig(away.bootstrapServers(), Map.of()));
    makeTopics(1);
    try (Producer<byte[], byte[]> own = clients.producer(2_000_000);
        Buffer buffer = start(BufferConfig.DEFAULTS)) {
      sendExample(own, "a", "gear", 1);
      await().atMost(PATIENCE).until(buffer::caughtUp);
      away.close();
      await()
          .atMost(PATIENCE)
          .until(() -> buffer.check().cause().contains("no connection to Kafka"));
      assertThat(buffer.check().status()).isEqualTo(DEGRADED);
      int port = URI.create("kafka://" + away.bootstrapServers()).getPort();
      away = EmbeddedBroker.start(data, port);
      sendExample(own, "b", "gear", 2);
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(buffer.snapshot().examples()).hasSize(2));
      await().untilAsserted(() -> assertThat(buffer.check().status()).isEqualTo(UP));
    } finally {
      away.close();
    }
  }

  @Test
  void shouldShowExamplesAsAnotherBackboneSeesThem() throws Exception {
    write(
        () -> {
          for (int i = 1; i <= 9; i++) {
            example("id" + i, "gear", i);
          }
        });
    ToyBackbone other = new ToyBackbone("facade", 10);
    Backbones both = new Backbones(other, backbone);
    try (Buffer buffer = start(new BufferConfig(5_000, 10, 100, 4, 1, 100, 0), both)) {
      await().atMost(PATIENCE).until(buffer::caughtUp);
      List<Example> examples = buffer.snapshot().examples();
      write(
          () -> {
            example("id2", "gear", 20); // the id is reused
            send(topics.labels(), "id3", null);
            send(topics.pictures(), "id3", null);
          });
      assertThat(buffer.awaitCaughtUp(PATIENCE, left -> {})).isTrue();

      List<Example> seen = buffer.pictures().seenBy(other, examples.subList(0, 5), left -> {});

      assertThat(seen)
          .extracting(Example::imageId, Example::label, e -> e.embedding().numbers()[0])
          .containsExactly(
              tuple("id1", "gear", 10f), tuple("id4", "gear", 40f), tuple("id5", "gear", 50f));
      assertThat(other.embedded).hasValue(3);
      assertThat(other.largestBatch).hasValueLessThanOrEqualTo(4);
      assertThat(buffer.pictures().seenBy(other, examples.subList(0, 5), left -> {})).hasSize(3);
      assertThat(other.embedded).as("the second time it is in its cache").hasValue(3);
      assertThat(buffer.snapshot().examples())
          .as("the buffer's own embeddings stay")
          .allSatisfy(e -> assertThat(e.embedding().numbers()[0]).isLessThan(21));
    }
  }

  @Test
  void shouldKeepNoEmbeddingOfAnotherBackboneOfAPictureThatIsTakenOut() throws Exception {
    write(
        () -> {
          for (int i = 1; i <= 3; i++) {
            example("id" + i, "gear", i);
          }
        });
    ToyBackbone other = new ToyBackbone("facade", 10);
    Backbones both = new Backbones(other, backbone);
    try (Buffer buffer = start(BufferConfig.DEFAULTS, both)) {
      await().atMost(PATIENCE).until(buffer::caughtUp);
      List<Example> examples = buffer.snapshot().examples();
      other.onEmbed =
          () -> {
            forget("id1"); // while being added to the cache
            await().atMost(PATIENCE).until(() -> buffer.snapshot().examples().size() == 2);
          };
      assertThat(buffer.pictures().seenBy(other, examples, left -> {})).hasSize(3);
      forget("id2");
      assertThat(buffer.awaitCaughtUp(PATIENCE, left -> {})).isTrue();
    }
    try (EmbeddingCache cache = EmbeddingCache.open(embeddings, other.id(), other.layers(), 10)) {
      assertThat(cache.get(sha256(1), View.ORIGINAL)).isNull();
      assertThat(cache.get(sha256(2), View.ORIGINAL)).isNull();
      assertThat(cache.get(sha256(3), View.ORIGINAL)).isEqualTo(Embedding.of(30, -30));
    }
  }

  @Test
  void shouldDropFromBothCachesWhatWasTakenOutWhileAnotherInstanceLed() throws Exception {
    write(() -> example("b", "gear", 2));
    ToyBackbone other = new ToyBackbone("facade", 10);
    for (String id : List.of(backbone.id(), other.id())) {
      try (EmbeddingCache cache = EmbeddingCache.open(embeddings, id, other.layers(), 10)) {
        cache.put(sha256(1), View.ORIGINAL, Embedding.of(1, -1));
      }
    }
    try (Buffer buffer = start(BufferConfig.DEFAULTS, new Backbones(other, backbone))) {
      await().atMost(PATIENCE).until(buffer::caughtUp);
    }
    for (String id : List.of(backbone.id(), other.id())) {
      try (EmbeddingCache cache = EmbeddingCache.open(embeddings, id, other.layers(), 10)) {
        assertThat(cache.get(sha256(1), View.ORIGINAL)).isNull();
      }
    }
  }

  @Test
  void shouldTellHowManyPicturesWaitForANewBackbone() throws Exception {
    write(
        () -> {
          for (int i = 0; i < 8; i++) {
            example("id" + i, "gear", i);
          }
        });
    try (Buffer before = start(BufferConfig.DEFAULTS)) {
      await().atMost(PATIENCE).until(before::caughtUp);
    }
    counts.waiting.clear();
    ToyBackbone next = new ToyBackbone("facade", 10);
    Backbones both = new Backbones(backbone, next);
    try (Buffer after = start(new BufferConfig(5_000, 10, 100, 2, 0, 100, 0), both)) {
      await().atMost(PATIENCE).until(after::caughtUp);

      assertThat(next.embedded).as("none comes from the cache of the other").hasValue(8);
      assertThat(counts.waiting).containsSubsequence(6, 4, 2, 0);
    }
  }

  @Test
  void shouldSurveyWhatEmbeddingItWouldTake() throws Exception {
    write(
        () -> {
          for (int i = 0; i < 30; i++) {
            example("id" + i, "gear", i);
          }
        });

    BufferSurvey survey =
        BufferSurvey.of(clients, topics, BufferConfig.DEFAULTS, new ToyBackbone("facade", 10));

    assertThat(survey.pictures()).isEqualTo(30);
    assertThat(survey.sampled()).isEqualTo(26); // the first batch of four is a warm-up
    assertThat(survey.secondsPerPicture()).isPositive();
    assertThat(survey.readSeconds()).isPositive();
  }

  @Test
  void shouldSurveyWhatFollowsBadPictures() throws Exception {
    write(
        () -> {
          for (int i = 0; i < 20; i++) {
            example("id" + i, "gear", i < 8 ? ToyBackbone.BROKEN_PICTURE : i);
          }
        });

    BufferSurvey survey =
        BufferSurvey.of(clients, topics, BufferConfig.DEFAULTS, new ToyBackbone("facade", 10));

    assertThat(survey.sampled()).isPositive();
    assertThat(survey.secondsPerPicture()).isPositive();
  }

  @Test
  void shouldReadAndEmbedAllAtOnce() throws Exception {
    write(
        () -> {
          for (int i = 0; i < 6; i++) {
            example("id" + i, "gear", i);
          }
        });

    BufferSnapshot all =
        EmbeddedBuffer.read(clients, topics, BufferConfig.DEFAULTS, backbone, left -> {});

    assertThat(all.examples())
        .hasSize(6)
        .allSatisfy(
            e -> assertThat("id" + (int) e.embedding().numbers()[0]).isEqualTo(e.imageId()));
  }

  @Test
  void shouldEmbedTheViewsOfNewExamplesAlone() throws Exception {
    write(
        () -> {
          example("id1", "gear", 1);
          example("id2", "nut", 2);
        });
    Map<String, List<Embedding>> first;
    try (Buffer buffer = startWithViews()) {
      first = views(buffer);
      assertThat(backbone.embedded).as("an original and three views of each").hasValue(8);
    }
    try (Buffer buffer = startWithViews()) {
      write(() -> example("id3", "nut", 3));
      Map<String, List<Embedding>> second = views(buffer);

      assertThat(backbone.embedded).hasValue(12);
      assertThat(second).containsOnlyKeys("id1", "id2", "id3");
      assertThat(second.get("id3")).hasSize(3);
      assertThat(of("id1", second).get(2)).isEqualTo(of("id1", first).get(2));
      assertThat(of("id1", second))
          .as("the views of two pictures differ")
          .isNotEqualTo(of("id2", second));
    }
  }

  /** By a request to forget it, by the leader's tombstones, and while views are embedded. */
  @Test
  void shouldForgetTheViewsOfAPictureWithIt() throws Exception {
    write(
        () -> {
          for (int i = 1; i <= 4; i++) {
            example("id" + i, i <= 2 ? "gear" : "nut", i);
          }
        });
    BufferConfig oneOfEach = new BufferConfig(1, 10, 100, 8, 0, 100, 0);
    try (Buffer buffer = startWithViews(oneOfEach)) {
      views(buffer);
      forget("id3");
      write(
          () ->
              buffer
                  .tombstones(e -> e.label().equals("gear"), LabelChanges.NONE)
                  .forEach(producer::send));
      write(() -> send(topics.pictures(), "id1", null)); // as the label processor does
      assertThat(buffer.awaitCaughtUp(PATIENCE, left -> {})).isTrue();
      write(() -> example("id5", "nut", 5));
      assertThat(buffer.awaitCaughtUp(PATIENCE, left -> {})).isTrue();
      int before = backbone.embedded.get();
      backbone.onEmbed =
          () -> {
            backbone.onEmbed = () -> {};
            forget("id5");
            await().until(() -> buffer.snapshot().count(e -> e.imageId().equals("id5")) == 0);
          };
      views(buffer);
      assertThat(backbone.embedded).hasValue(before + 3);
    }
    try (EmbeddingCache cache =
        EmbeddingCache.open(embeddings, backbone.id(), backbone.layers(), 100)) {
      for (int view = 0; view < 3; view++) {
        for (int gone : List.of(1, 3, 5)) {
          assertThat(cache.get(sha256(gone), RECIPE.view(sha256(gone), view))).isNull();
        }
        assertThat(cache.get(sha256(2), RECIPE.view(sha256(2), view))).isNotNull();
        assertThat(cache.get(sha256(4), RECIPE.view(sha256(4), view))).isNotNull();
      }
    }
  }

  @Test
  void shouldStopEmbeddingViewsWhenInterrupted() throws Exception {
    write(
        () -> {
          for (int i = 1; i <= 40; i++) {
            example("id" + i, "gear", i);
          }
        });
    try (Buffer buffer = startWithViews()) {
      assertThat(buffer.awaitCaughtUp(PATIENCE, left -> {})).isTrue();
      int originals = backbone.embedded.get();
      backbone.onEmbed = () -> Thread.currentThread().interrupt();

      assertThatThrownBy(() -> views(buffer)).isInstanceOf(InterruptedException.class);

      assertThat(backbone.embedded.get()).isLessThan(originals + 40 * 3);
    }
  }

  private static List<Embedding> of(String id, Map<String, List<Embedding>> views) {
    return Objects.requireNonNull(views.get(id));
  }

  private Buffer startWithViews() {
    return startWithViews(BufferConfig.DEFAULTS);
  }

  private Buffer startWithViews(BufferConfig config) {
    return start(config, new EmbeddingSource(Backbones.of(backbone), embeddings, RECIPE.id()));
  }

  private static Map<String, List<Embedding>> views(Buffer buffer) throws Exception {
    assertThat(buffer.awaitCaughtUp(PATIENCE, left -> {})).isTrue();
    return buffer
        .pictures()
        .views(new ViewsToEmbed(RECIPE, 3, buffer.snapshot().examples()), left -> {});
  }

  @Test
  void shouldSurveyAnEmptyBuffer() throws Exception {
    BufferSurvey survey =
        BufferSurvey.of(clients, topics, BufferConfig.DEFAULTS, new ToyBackbone("facade", 10));

    assertThat(survey.pictures()).isZero();
    assertThat(survey.sampled()).isZero();
    assertThat(survey.readSeconds()).isPositive();
    assertThat(survey.secondsPerPicture()).isNaN();
  }

  @Test
  void shouldSayWhereThePictureOfADigestLies() throws Exception {
    write(
        () -> {
          example("a", "gear", 1);
          example("b", "nut", 2);
        });
    try (Buffer buffer = start(BufferConfig.DEFAULTS)) {
      assertThat(buffer.awaitCaughtUp(PATIENCE, left -> {})).isTrue();

      Claim copy = Objects.requireNonNull(buffer.snapshot().copy(sha256(2), topics.pictures()));
      try (var pictures = new KafkaPictureReader(clients, topics.pictures())) {
        assertThat(Objects.requireNonNull(pictures.read(copy)).picture()).containsExactly(2);
      }
      assertThat(buffer.snapshot().copy(sha256(3), topics.pictures())).isNull();
    }
  }

  @Test
  void shouldLetWhoWaitsGoWhenItCloses() throws Exception {
    backbone.fails.set(true);
    write(() -> example("a", "gear", 1));
    Buffer buffer = start(BufferConfig.DEFAULTS);
    await().atMost(PATIENCE).until(() -> buffer.check().cause().contains("the device is lost"));
    var waiting =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return buffer.awaitCaughtUp(Duration.ofMinutes(5), left -> {});
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    buffer.close();
    assertThat(waiting.get(30, TimeUnit.SECONDS)).isFalse();
  }

  private Buffer start(BufferConfig config) {
    return start(config, Backbones.of(backbone));
  }

  private Buffer start(BufferConfig config, Backbones backbones) {
    return start(config, new EmbeddingSource(backbones, embeddings));
  }

  private Buffer start(BufferConfig config, EmbeddingSource source) {
    Buffer buffer = new Buffer(config, clients, topics, source, counts);
    buffer.start();
    return buffer;
  }

  private void makeTopics(int partitions) throws Exception {
    List<NewTopic> all =
        List.of(
            new NewTopic(topics.labels(), partitions, (short) 1),
            new NewTopic(topics.pictures(), partitions, (short) 1));
    try (Admin admin = clients.admin()) {
      admin.createTopics(all).all().get();
      TopicLogs.await(admin, all.stream().map(NewTopic::name).toList(), Duration.ofSeconds(30));
    }
  }

  private void write(Runnable records) {
    producer.beginTransaction();
    records.run();
    producer.commitTransaction();
    Committed.await(clients, topics.labels(), topics.pictures());
  }

  private void forget(String id) {
    write(
        () -> {
          send(topics.labels(), id, null);
          send(topics.pictures(), id, null);
        });
  }

  private static String sha256(int picture) {
    return Sha256.hex(new byte[] {(byte) picture});
  }

  private void example(String id, String label, int picture) {
    sendExample(producer, id, label, picture);
  }

  private void sendExample(Producer<byte[], byte[]> to, String id, String label, int picture) {
    byte[] bytes = {(byte) picture};
    Claim claim = new Claim("images", 0, picture, Sha256.hex(bytes));
    Instant at = Instant.ofEpochSecond(picture);
    Label value = new Label(id, label, claim, null, "anna", at, claim);
    to.send(new ProducerRecord<>(topics.labels(), id.getBytes(UTF_8), Json.encode(value)));
    to.send(new ProducerRecord<>(topics.pictures(), id.getBytes(UTF_8), bytes));
  }

  private void send(String topic, String id, byte @Nullable [] value) {
    producer.send(new ProducerRecord<>(topic, id.getBytes(UTF_8), value));
  }
}
