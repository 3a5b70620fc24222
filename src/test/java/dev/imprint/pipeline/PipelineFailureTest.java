package dev.imprint.pipeline;

import static dev.imprint.model.CheckResult.Status.DOWN;
import static dev.imprint.model.CheckResult.Status.UP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.imprint.model.CheckResult;
import dev.imprint.model.Outcome;
import dev.imprint.model.Prediction;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.pipeline.part.PipelineMetrics;
import dev.imprint.pipeline.part.PipelinePart;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.kafka.streams.KafkaStreams;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Parts that fail, and what health says of them. */
class PipelineFailureTest extends PipelineSteps {
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
}
