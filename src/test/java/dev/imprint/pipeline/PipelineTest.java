package dev.imprint.pipeline;

import static dev.imprint.model.CheckResult.Status.DEGRADED;
import static dev.imprint.model.CheckResult.Status.DOWN;
import static dev.imprint.model.CheckResult.Status.UP;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.imprint.broker.BrokerExtension;
import dev.imprint.event.Clients;
import dev.imprint.event.DeadLetter;
import dev.imprint.event.Sha256;
import dev.imprint.model.CheckResult;
import dev.imprint.model.LabelChanges;
import dev.imprint.model.Lease;
import dev.imprint.model.Outcome;
import dev.imprint.model.Pixels;
import dev.imprint.model.Prediction;
import dev.imprint.model.ServingModel;
import dev.imprint.pipeline.learning.LearningConfig;
import dev.imprint.pipeline.part.PipelineMetrics;
import dev.imprint.pipeline.part.PipelinePart;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.apache.kafka.streams.KafkaStreams;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The pitfalls of Kafka Streams, each with otherwise default settings and a real broker. */
class PipelineTest {
  @RegisterExtension private static final BrokerExtension broker = new BrokerExtension();

  @TempDir private Path state;

  @Test
  void shouldRejectABrokenImageInTheMiddleOfABatchAndPredictTheOthers() throws Exception {
    AtomicInteger largest = new AtomicInteger();
    try (TestTopics topics = new TestTopics(broker.bootstrapServers(), broker.prefix(), 1)) {
      topics.send(0, 10);
      topics.send("broken", "no image".getBytes(UTF_8));
      topics.send(10, 20);
      Consumer<List<Pixels>> size = b -> largest.accumulateAndGet(b.size(), Math::max);
      try (Pipeline pipeline = start(topics, size)) {
        awaitPredictions(topics, 20);
        assertThat(topics.deadLetters()).hasSize(1);
        DeadLetter letter = DeadLetter.of(topics.deadLetters().get(0).headers());
        assertThat(letter.reason()).isEqualTo("broken_image");
        assertThat(letter.offset()).isEqualTo(10);
        assertThat(pipeline.check(PipelinePart.SERVING).status()).isEqualTo(UP);
      }
    }
    // The warm-up's batches are full; this shows that the images were batched, too.
    assertThat(largest).hasValueGreaterThanOrEqualTo(20);
  }

  @Test
  void shouldBatchPicturesOfACameraFromOnePartition() throws Exception {
    AtomicInteger largest = new AtomicInteger();
    try (TestTopics topics = new TestTopics(broker.bootstrapServers(), broker.prefix(), 1)) {
      for (int i = 0; i < 12; i++) {
        topics.send(Integer.toString(i), ("0".repeat(2_400_000) + i).getBytes(UTF_8));
      }
      Consumer<List<Pixels>> size = // not of the warm-up's batches, which are full
          b -> largest.accumulateAndGet(b.size() % ServingConfig.DEFAULTS.maxBatch(), Math::max);
      try (Pipeline pipeline = start(topics, size)) {
        awaitPredictions(topics, 12);
        assertThat(pipeline.check(PipelinePart.SERVING).status()).isEqualTo(UP);
      }
    }
    assertThat(largest).hasValueGreaterThanOrEqualTo(6);
  }

  @Test
  void shouldGoOnAfterATombstoneAnEmptyValueAndANullKey() throws Exception {
    try (TestTopics topics = new TestTopics(broker.bootstrapServers(), broker.prefix(), 1)) {
      topics.send("tombstone", null);
      topics.send("empty", new byte[0]);
      topics.send(null, ParityModel.image(7));
      topics.send("8", ParityModel.image(8));
      try (Pipeline pipeline = start(topics, batch -> {})) {
        await().untilAsserted(() -> assertThat(topics.predictions()).hasSize(2));
        assertThat(topics.predictions())
            .extracting(Prediction::imageId, Prediction::label)
            .containsExactly(tuple(broker.prefix() + "images-0-2", "odd"), tuple("8", "even"));
        assertThat(topics.deadLetters())
            .extracting(letter -> DeadLetter.of(letter.headers()).reason())
            .containsExactly("empty", "empty");
        assertThat(pipeline.check(PipelinePart.SERVING).status()).isEqualTo(UP);
      }
    }
  }

  /** With Kafka Streams' own transaction timeout of 10 s this never completes a round. */
  @Tag("long")
  @Test
  void shouldGetThroughBatchesOfThreeAndAHalfSecondsOnFourPartitionsInOneThread() throws Exception {
    Consumer<List<Pixels>> slow = batch -> pause(Duration.ofMillis(3_500));
    try (TestTopics topics = new TestTopics(broker.bootstrapServers(), broker.prefix(), 4)) {
      topics.send(0, 100);
      try (Pipeline pipeline = start(topics, slow, TestTopics.serving(10, 100, 1))) {
        awaitPredictions(topics, 100);
        assertThat(pipeline.check(PipelinePart.SERVING).status()).isEqualTo(UP);
      }
    }
  }

  /** As with large pictures: the warm-up's batches, which are full, do not predict this. */
  @Tag("long") // waits for slow batches
  @Test
  void shouldFitTheTransactionToBatchesThatTurnOutSlow() throws Exception {
    int full = ServingConfig.DEFAULTS.maxBatch();
    Consumer<List<Pixels>> slowLater =
        batch -> pause(Duration.ofMillis(batch.size() < full ? 4_000 : 0));
    try (TestTopics topics = new TestTopics(broker.bootstrapServers(), broker.prefix(), 4)) {
      topics.send(0, 16);
      try (Pipeline pipeline = start(topics, slowLater, TestTopics.serving(2, 100, 1))) {
        awaitPredictions(topics, 16);
        assertThat(pipeline.check(PipelinePart.SERVING).status()).isEqualTo(UP);
      }
    }
  }

  @Test
  void shouldCutARecordThatIsOverTheDeadLettersLimitAndGoOn() throws Exception {
    try (TestTopics topics = new TestTopics(broker.bootstrapServers(), broker.prefix(), 1)) {
      topics.send("huge", new byte[3_000_000]); // the dead-letter topic accepts 1 MiB
      topics.send(0, 5);
      try (Pipeline pipeline = start(topics, batch -> {})) {
        awaitPredictions(topics, 5);
        assertThat(topics.deadLetters()).hasSize(1);
        var letter = topics.deadLetters().get(0);
        assertThat(letter.value().length).isBetween(1_000_000, 1_048_588);
        assertThat(DeadLetter.of(letter.headers()).size()).isEqualTo(3_000_000);
        assertThat(pipeline.check(PipelinePart.SERVING).status()).isEqualTo(UP);
      }
    }
  }

  @Tag("long") // waits for the model
  @Test
  void shouldLoseNothingWhileTheModelIsBrokenForTwelveSeconds() throws Exception {
    AtomicBoolean broken = new AtomicBoolean();
    Consumer<List<Pixels>> breaks =
        batch -> {
          if (broken.get()) {
            throw new IllegalStateException("the device is lost");
          }
        };
    try (TestTopics topics = new TestTopics(broker.bootstrapServers(), broker.prefix(), 4);
        Pipeline pipeline = start(topics, breaks)) {
      topics.send(0, 50);
      awaitPredictions(topics, 50);
      broken.set(true);
      topics.send(50, 200);
      await().until(() -> pipeline.check(PipelinePart.SERVING).status() == DOWN);
      assertThat(pipeline.check(PipelinePart.SERVING).cause()).contains("the device is lost");
      await()
          .during(Duration.ofSeconds(12))
          .atMost(Duration.ofSeconds(14))
          .until(() -> pipeline.check(PipelinePart.SERVING).status() == DOWN);
      broken.set(false);
      awaitPredictions(topics, 200);
      await().until(() -> pipeline.check(PipelinePart.SERVING).status() == UP);
      assertThat(topics.deadLetters()).isEmpty();
    }
  }

  /** The failure is not the model's, and no image is left that could show that it is over. */
  @Test
  void shouldBeUpOnceItRunsAgainWithoutTrafficIfTheModelHadNotFailed() throws Exception {
    AtomicBoolean broken = new AtomicBoolean(true);
    PipelineMetrics failing =
        new PipelineMetrics.Noop() {
          @Override
          public void predicted(Prediction prediction, Duration latency) {
            if (broken.get()) {
              throw new IllegalStateException("the record cannot be written");
            }
          }
        };
    try (TestTopics topics = new TestTopics(broker.bootstrapServers(), broker.prefix(), 1)) {
      topics.send(0, 5);
      try (Pipeline pipeline = start(topics, batch -> {}, ServingConfig.DEFAULTS, failing)) {
        await().until(() -> cause(pipeline).contains("cannot be written"));
        topics.deleteImages(5);
        broken.set(false);
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> pipeline.check(PipelinePart.SERVING).status() == UP);
        assertThat(topics.predictions()).isEmpty();
      }
    }
  }

  @Test
  void shouldStayDownWithoutTrafficIfTheModelHadFailed() throws Exception {
    AtomicBoolean broken = new AtomicBoolean(true);
    Consumer<List<Pixels>> breaks =
        batch -> {
          boolean warmUp = batch.size() == ServingConfig.DEFAULTS.maxBatch();
          if (broken.get() && !warmUp) {
            throw new IllegalStateException("the device is lost");
          }
        };
    try (TestTopics topics = new TestTopics(broker.bootstrapServers(), broker.prefix(), 1)) {
      topics.send(0, 5);
      try (Pipeline pipeline = start(topics, breaks)) {
        await().until(() -> cause(pipeline).contains("the device is lost"));
        topics.deleteImages(5);
        await()
            .during(Duration.ofSeconds(6)) // it restarts after 1 and 2 s
            .atMost(Duration.ofSeconds(8))
            .until(() -> cause(pipeline).contains("the device is lost"));
        broken.set(false);
        topics.send(5, 6);
        await().until(() -> pipeline.check(PipelinePart.SERVING).status() == UP);
      }
    }
  }

  @Test
  void shouldCloseAnInstanceThatCannotStartAndTryAgain() throws Exception {
    List<KafkaStreams> instances = new CopyOnWriteArrayList<>();
    PipelineMetrics failing =
        new PipelineMetrics.Noop() {
          @Override
          public void started(PipelinePart part, KafkaStreams streams) {
            if (part == PipelinePart.SERVING) {
              instances.add(streams);
            }
            if (instances.size() == 1) {
              throw new IllegalStateException("no room for more meters");
            }
          }
        };
    try (TestTopics topics = new TestTopics(broker.bootstrapServers(), broker.prefix(), 1);
        Pipeline pipeline = start(topics, batch -> {}, ServingConfig.DEFAULTS, failing)) {
      await().until(() -> cause(pipeline).contains("no room for more meters"));
      await().until(() -> pipeline.check(PipelinePart.SERVING).status() == UP);
      assertThat(instances).hasSize(2);
      assertThat(instances.get(0).state()).isEqualTo(KafkaStreams.State.NOT_RUNNING);
    }
  }

  /** One pass and the images collected before it; a commit per task was 64 batches and more. */
  @Test
  void shouldBoundWhatOneThreadProcessesBetweenTwoCommitsWhateverThePartitions() throws Exception {
    ServingConfig serving = TestTopics.serving(4, 1, 1, 1);
    AtomicReference<KafkaStreams> running = new AtomicReference<>();
    PipelineMetrics metrics =
        new PipelineMetrics.Noop() {
          @Override
          public void started(PipelinePart part, KafkaStreams streams) {
            if (part == PipelinePart.SERVING) {
              running.set(streams);
            }
          }
        };
    Map<Double, Integer> imagesByCommits = new ConcurrentHashMap<>();
    Consumer<List<Pixels>> counts =
        batch -> {
          KafkaStreams streams = running.get();
          if (streams != null) { // the warm-up comes first
            imagesByCommits.merge(commits(streams), batch.size(), Integer::sum);
            outlastCommitInterval(serving);
          }
        };
    try (TestTopics topics = new TestTopics(broker.bootstrapServers(), broker.prefix(), 64, 1)) {
      topics.send(0, 600);
      try (Pipeline pipeline = pipeline(topics, counts, serving, metrics)) {
        pipeline.start();
        awaitPredictions(topics, 600);
      }
    }
    assertThat(imagesByCommits.values()).allMatch(images -> images <= 3 * serving.maxBatch());
    assertThat(imagesByCommits.values().stream().mapToInt(Integer::intValue).sum())
        .isGreaterThanOrEqualTo(600);
  }

  /** Only slow batches are bounded: Kafka Streams goes on until a commit is due. */
  private static void outlastCommitInterval(ServingConfig serving) {
    long end = System.nanoTime() + Duration.ofMillis(serving.commitIntervalMs() + 2).toNanos();
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }

  private static double commits(KafkaStreams streams) {
    return streams.metrics().values().stream()
        .filter(metric -> metric.metricName().name().equals("commit-total"))
        .filter(metric -> metric.metricName().group().equals("stream-thread-metrics"))
        .mapToDouble(metric -> (double) metric.metricValue())
        .sum();
  }

  @Test
  void shouldHoldImagesUntilAHeadServesAndTakeInFeedbackMeanwhile() throws Exception {
    ParityModel backbone = new ParityModel(batch -> {});
    AtomicReference<ServingModel> model = new AtomicReference<>(ServingModel.withoutHead(backbone));
    ServingConfig hold =
        StreamsSettingsTest.serving(
            ServingConfig.WithoutHead.HOLD, ServingConfig.DEFAULTS.delivery());
    try (TestTopics topics = new TestTopics(broker.bootstrapServers(), broker.prefix(), 2)) {
      topics.send(0, 20);
      topics.sendFeedback("7", labelWithClaim(topics, 7, "odd"));
      try (Pipeline pipeline =
          pipeline(
              topics, () -> Lease.of(requireNonNull(model.get())), hold, PipelineMetrics.NOOP)) {
        pipeline.start();
        String labels = topics.topics.labels();
        await().untilAsserted(() -> assertThat(topics.committed(labels)).hasSize(1));
        assertThat(pipeline.check(PipelinePart.SERVING).status()).isEqualTo(DEGRADED);
        assertThat(cause(pipeline)).contains("holding images", "serving.without_head");
        assertThat(pipeline.check(PipelinePart.LEARNING)).isEqualTo(CheckResult.UP);
        assertThat(topics.predictions()).isEmpty();

        model.set(ParityModel.serving(backbone));

        awaitPredictions(topics, 20);
        assertThat(topics.deadLetters()).isEmpty();
      }
    }
  }

  /** As made by a sender, who has no prediction to copy the claim from. */
  private static String labelWithClaim(TestTopics topics, long number, String label)
      throws Exception {
    try (var images = topics.clients.consumer(Map.of("auto.offset.reset", "earliest"))) {
      var partitions = Clients.partitions(images, topics.topics.images());
      images.assign(partitions);
      images.seekToBeginning(partitions);
      while (true) {
        for (var record : images.poll(Duration.ofSeconds(1))) {
          if (new String(record.key(), UTF_8).equals(Long.toString(number))) {
            return "{\"label\": \"%s\", \"claim\": {\"topic\": \"%s\", \"partition\": %d, \"offset\": %d, \"sha256\": \"%s\"}}"
                .formatted(
                    label,
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    Sha256.hex(record.value()));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldBeLiveBeforeItStartsAndNotOnceASupervisorHasDied(PipelinePart dies) throws Exception {
    PipelineMetrics broken =
        new PipelineMetrics.Noop() {
          @Override
          public void started(PipelinePart part, KafkaStreams streams) {
            if (part == dies) {
              throw new NoClassDefFoundError("a jar is broken");
            }
          }
        };
    try (TestTopics topics = new TestTopics(broker.bootstrapServers(), broker.prefix(), 1);
        Pipeline pipeline = pipeline(topics, batch -> {}, ServingConfig.DEFAULTS, broken)) {
      assertThat(pipeline.check(dies).restartHelps()).isFalse();

      pipeline.start();

      await().dontCatchUncaughtExceptions().until(() -> pipeline.check(dies).restartHelps());
      assertThat(pipeline.check(dies).cause()).contains("a jar is broken", "restart the service");
      PipelinePart lives =
          dies == PipelinePart.SERVING ? PipelinePart.LEARNING : PipelinePart.SERVING;
      await().dontCatchUncaughtExceptions().until(() -> pipeline.check(lives).status() == UP);
    }
  }

  @Test
  void shouldServeOnWhileOneLabelMakesLearningFailAgainAndAgain() throws Exception {
    AtomicBoolean poisonous = new AtomicBoolean(true);
    PipelineMetrics failing =
        new PipelineMetrics.Noop() {
          @Override
          public void outcome(Outcome outcome) {
            if (poisonous.get()) {
              throw new IllegalStateException("poison");
            }
          }
        };
    try (TestTopics topics = new TestTopics(broker.bootstrapServers(), broker.prefix(), 1);
        Pipeline pipeline = start(topics, batch -> {}, ServingConfig.DEFAULTS, failing)) {
      topics.send(0, 1);
      topics.sendFeedback("0", "{\"label\": \"odd\"}");
      await().until(() -> pipeline.check(PipelinePart.LEARNING).cause().contains("poison"));

      topics.send(1, 50);

      awaitPredictions(topics, 50);
      assertThat(pipeline.check(PipelinePart.SERVING)).isEqualTo(CheckResult.UP);
      assertThat(pipeline.check(PipelinePart.LEARNING).status()).isEqualTo(DOWN);
      assertThat(pipeline.check(PipelinePart.LEARNING).restartHelps()).isFalse();
      poisonous.set(false);
      String labels = topics.topics.labels();
      await().untilAsserted(() -> assertThat(topics.committed(labels)).hasSize(1));
      await().until(() -> pipeline.check(PipelinePart.LEARNING).status() == UP);
    }
  }

  /** A member that stays in the group keeps its partitions until its session expires. */
  @Test
  void shouldPredictWithinFiveSecondsOfAnOrderlyRestart() throws Exception {
    try (TestTopics topics = new TestTopics(broker.bootstrapServers(), broker.prefix(), 4)) {
      try (Pipeline before = start(topics, batch -> {})) {
        topics.send(0, 10);
        awaitPredictions(topics, 10);
        assertThat(before.check(PipelinePart.SERVING).status()).isEqualTo(UP);
      }
      topics.send(10, 20);
      try (Pipeline after = start(topics, batch -> {})) {
        await()
            .atMost(Duration.ofSeconds(5))
            .untilAsserted(() -> assertThat(topics.predictions()).hasSizeGreaterThan(10));
        assertThat(after.check(PipelinePart.SERVING).status()).isEqualTo(UP);
        awaitPredictions(topics, 20);
      }
    }
  }

  /** Each number has exactly one prediction, and the right one. */
  private static void awaitPredictions(TestTopics topics, int numbers) {
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(topics.predictions()).hasSizeGreaterThanOrEqualTo(numbers));
    assertThat(topics.predictions())
        .extracting(Prediction::imageId)
        .containsExactlyInAnyOrder(
            LongStream.range(0, numbers).mapToObj(Long::toString).toArray(String[]::new));
    assertThat(topics.predictions())
        .allSatisfy(
            p -> assertThat(p.label()).isEqualTo(ParityModel.label(Long.parseLong(p.imageId()))));
  }

  private Pipeline start(TestTopics topics, Consumer<List<Pixels>> before) {
    return start(topics, before, ServingConfig.DEFAULTS);
  }

  private Pipeline start(TestTopics topics, Consumer<List<Pixels>> before, ServingConfig serving) {
    return start(topics, before, serving, PipelineMetrics.NOOP);
  }

  private Pipeline start(
      TestTopics topics,
      Consumer<List<Pixels>> before,
      ServingConfig serving,
      PipelineMetrics metrics) {
    Pipeline pipeline = pipeline(topics, before, serving, metrics);
    pipeline.start();
    return pipeline;
  }

  private Pipeline pipeline(
      TestTopics topics,
      Consumer<List<Pixels>> before,
      ServingConfig serving,
      PipelineMetrics metrics) {
    var model = ParityModel.serving(new ParityModel(before));
    return pipeline(topics, () -> Lease.of(model), serving, metrics);
  }

  private Pipeline pipeline(
      TestTopics topics, Supplier<Lease> models, ServingConfig serving, PipelineMetrics metrics) {
    var config =
        new PipelineConfig(
            broker.prefix() + "app",
            state,
            topics.topics,
            serving,
            PredictionsConfig.DEFAULTS,
            LearningConfig.DEFAULTS,
            SamplingConfig.DEFAULTS);
    return new Pipeline(
        config,
        topics.clients,
        List.of(models.get().serving().backbone()),
        models,
        () -> LabelChanges.NONE,
        metrics,
        Clock.systemUTC());
  }

  private static String cause(Pipeline pipeline) {
    return String.valueOf(pipeline.check(PipelinePart.SERVING).cause());
  }

  private static void pause(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }
}
