package dev.imprint.pipeline;

import static dev.imprint.model.CheckResult.Status.DEGRADED;
import static dev.imprint.model.CheckResult.Status.UP;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.imprint.event.Clients;
import dev.imprint.event.DeadLetter;
import dev.imprint.event.Sha256;
import dev.imprint.model.CheckResult;
import dev.imprint.model.Prediction;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.model.serving.Lease;
import dev.imprint.model.serving.ServingModel;
import dev.imprint.pipeline.part.PipelineMetrics;
import dev.imprint.pipeline.part.PipelinePart;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The pitfalls of Kafka Streams, each with otherwise default settings and a real broker. */
class PipelineTest extends PipelineSteps {
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
}
