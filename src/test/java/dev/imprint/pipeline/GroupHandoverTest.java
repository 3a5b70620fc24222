package dev.imprint.pipeline;

import static dev.imprint.model.CheckResult.Status.DOWN;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.imprint.broker.BrokerExtension;
import dev.imprint.event.Json;
import dev.imprint.event.PredictionCodec;
import dev.imprint.event.Sha256;
import dev.imprint.model.CheckResult;
import dev.imprint.model.Claim;
import dev.imprint.model.Outcome;
import dev.imprint.model.Prediction;
import dev.imprint.model.Role;
import dev.imprint.pipeline.learning.LearningConfig;
import dev.imprint.pipeline.learning.LearningTopology;
import dev.imprint.pipeline.part.PipelinePart;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Two groups continue one group's work, with its offsets, stores and internal topics. */
class GroupHandoverTest {
  @RegisterExtension private static final BrokerExtension broker = new BrokerExtension();

  @TempDir private Path state;

  @Test
  void shouldGoOnWhereTheOneGroupHadStoppedWithoutLosingOrDoublingAnything() throws Exception {
    String group = broker.prefix() + "app";
    try (TestTopics topics = new TestTopics(broker.bootstrapServers(), broker.prefix(), 1);
        Admin admin = topics.clients.admin()) {
      try (Pipeline before = start(topics)) {
        topics.send(0, 20);
        label(topics, 0, 10);
        awaitOutcomes(topics, 10);
        awaitRemembered(topics, 20);
        assertThat(before.check(PipelinePart.SERVING)).isEqualTo(CheckResult.UP);
      }
      topics.send(20, 21);
      predictedOnly(topics, group, 20); // left on the internal topic when it stopped
      older(admin, topics, group);
      topics.send(21, 30);
      label(topics, 10, 30);

      try (Pipeline after = start(topics)) {
        awaitOutcomes(topics, 30);
        await().until(() -> after.check(PipelinePart.SERVING).equals(CheckResult.UP));
        assertThat(after.check(PipelinePart.LEARNING)).isEqualTo(CheckResult.UP);
      }

      assertThat(topics.predictions())
          .extracting(Prediction::imageId)
          .containsExactlyElementsOf(
              LongStream.range(0, 30)
                  .filter(n -> n != 20) // only faked
                  .mapToObj(Long::toString)
                  .toList());
      assertThat(outcomes(topics)).doesNotHaveDuplicates();
      assertThat(topics.committed(topics.topics.labels())).hasSize(30);
      assertThat(topics.committed(topics.topics.feedbackDlq())).isEmpty();
      awaitRemembered(topics, 30); // the public topic's are not stored twice
    }
  }

  @Test
  void shouldWaitUntilTheLastInstanceOfAnOlderReleaseHasStopped() throws Exception {
    String group = broker.prefix() + "app";
    try (TestTopics topics = new TestTopics(broker.bootstrapServers(), broker.prefix(), 1);
        var older =
            topics.clients.consumer(Map.of("group.id", group, "auto.offset.reset", "earliest"))) {
      topics.send(0, 20);
      older.subscribe(Set.of(topics.topics.images()));
      await().until(() -> !older.poll(Duration.ofMillis(100)).isEmpty());
      TopicPartition images = new TopicPartition(topics.topics.images(), 0);
      older.commitSync(Map.of(images, new OffsetAndMetadata(5)));

      try (Pipeline pipeline = start(topics)) {
        for (PipelinePart part : PipelinePart.values()) {
          await().until(() -> pipeline.check(part).cause().contains("older release"));
          assertThat(pipeline.check(part).status()).isEqualTo(DOWN);
        }
        older.close();

        await()
            .atMost(Duration.ofSeconds(60))
            .untilAsserted(() -> assertThat(topics.predictions()).hasSize(15));
      }
    }
  }

  /** As during a rebalance. */
  @Test
  void shouldWaitForAnInstanceThatHasNoPartitionRightNow() throws Exception {
    String group = broker.prefix() + "app";
    try (TestTopics topics = new TestTopics(broker.bootstrapServers(), broker.prefix(), 1);
        Admin admin = topics.clients.admin();
        var older =
            topics.clients.consumer(Map.of("group.id", group, "allow.auto.create.topics", false))) {
      TopicPartition images = new TopicPartition(topics.topics.images(), 0);
      older.subscribe(Set.of(topics.topics.images()));
      await().until(() -> joined(older) && !older.assignment().isEmpty());
      older.commitSync(Map.of(images, new OffsetAndMetadata(0)));
      older.subscribe(Set.of(broker.prefix() + "no-such-topic"));
      await().until(() -> joined(older) && older.assignment().isEmpty());

      assertThatThrownBy(() -> new GroupHandover(topics.topics, group).run(admin))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("stop all of them");
    }
  }

  private static boolean joined(Consumer<?, ?> consumer) {
    consumer.poll(Duration.ofMillis(100));
    return consumer.groupMetadata().generationId() > 0;
  }

  /** Turns the two groups into the single one of releases with one topology. */
  private static void older(Admin admin, TestTopics topics, String group) throws Exception {
    admin.deleteConsumerGroups(List.of(PipelinePart.SERVING.applicationId(group))).all().get();
    TopicPartition predictions = new TopicPartition(topics.topics.predictions(), 0);
    admin.deleteConsumerGroupOffsets(group, Set.of(predictions)).all().get();
    TopicPartition images = new TopicPartition(topics.topics.images(), 0);
    long end =
        admin
            .listOffsets(Map.of(images, OffsetSpec.latest()))
            .partitionResult(images)
            .get()
            .offset();
    admin.alterConsumerGroupOffsets(group, Map.of(images, new OffsetAndMetadata(end))).all().get();
  }

  /** Puts a prediction on the internal topic, as serving used to do. */
  private static void predictedOnly(TestTopics topics, String group, long number) throws Exception {
    byte[] id = Long.toString(number).getBytes(UTF_8);
    Claim claim =
        new Claim(topics.topics.images(), 0, number, Sha256.hex(ParityModel.image(number)));
    Prediction prediction =
        new Prediction(
            Long.toString(number),
            ParityModel.label(number),
            1,
            List.of(),
            "v1",
            Role.SERVING,
            claim,
            null,
            Instant.EPOCH,
            Instant.EPOCH,
            false,
            List.of());
    try (var producer = topics.clients.producer(10_000)) {
      producer
          .send(
              new ProducerRecord<>(
                  group + "-" + LearningTopology.PREDICTED_TOPIC,
                  id,
                  PredictionCodec.AVRO.encode(prediction.small())))
          .get();
    }
  }

  /** Each remembered prediction is one record of the store's changelog. */
  private void awaitRemembered(TestTopics topics, int predictions) {
    String changelog = broker.prefix() + "app-recent-predictions-changelog";
    try (var consumer = topics.clients.consumer(Map.of("auto.offset.reset", "earliest"))) {
      consumer.assign(List.of(new TopicPartition(changelog, 0)));
      AtomicInteger records = new AtomicInteger();
      await()
          .during(Duration.ofSeconds(1))
          .until(
              () -> records.addAndGet(consumer.poll(Duration.ofMillis(100)).count()),
              count -> count == predictions);
    }
  }

  private static void label(TestTopics topics, long from, long to) {
    LongStream.range(from, to)
        .forEach(n -> topics.sendFeedback(Long.toString(n), "{\"label\": \"new\"}"));
  }

  private static List<String> outcomes(TestTopics topics) throws Exception {
    List<String> ids = new ArrayList<>();
    for (var record : topics.committed(topics.topics.outcomes())) {
      ids.add(Json.decode(record.value(), Outcome.class).imageId());
    }
    return ids;
  }

  private static void awaitOutcomes(TestTopics topics, int count) {
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(outcomes(topics)).hasSize(count));
  }

  private Pipeline start(TestTopics topics) {
    return topics.startPipeline(broker.prefix() + "app", state, LearningConfig.DEFAULTS);
  }
}
