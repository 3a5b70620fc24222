package dev.imprint.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.imprint.broker.BrokerExtension;
import dev.imprint.event.DeadLetter;
import dev.imprint.event.IncomingImage;
import dev.imprint.event.Json;
import dev.imprint.event.Sha256;
import dev.imprint.model.CheckResult;
import dev.imprint.model.Claim;
import dev.imprint.model.Label;
import dev.imprint.model.Outcome;
import dev.imprint.pipeline.learning.GroupImagesProgress;
import dev.imprint.pipeline.learning.KafkaPictureReader;
import dev.imprint.pipeline.learning.LearningConfig;
import dev.imprint.pipeline.learning.LearningTopology;
import dev.imprint.pipeline.part.PipelinePart;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The path of feedback with a real broker. */
class LearningPipelineTest {
  private static final int IMAGES = 60;

  @RegisterExtension private static final BrokerExtension broker = new BrokerExtension();

  @TempDir private Path state;

  @Test
  void shouldCommitALabelAPictureAndAnOutcomeForEachImageThatFeedbackNames() throws Exception {
    try (TestTopics topics = new TestTopics(broker.bootstrapServers(), broker.prefix(), 4);
        Pipeline pipeline = start(topics, LearningConfig.DEFAULTS)) {
      // Some before their image, some after it.
      LongStream.range(0, IMAGES / 2).forEach(n -> label(topics, n));
      topics.send(0, IMAGES);
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() -> assertThat(topics.predictions()).hasSize(IMAGES));
      LongStream.range(IMAGES / 2, IMAGES).forEach(n -> label(topics, n));

      awaitCommitted(topics, topics.topics.outcomes(), IMAGES);
      awaitCommitted(topics, topics.topics.pictures(), IMAGES);
      awaitCommitted(topics, topics.topics.labels(), IMAGES);
      for (var record : topics.committed(topics.topics.outcomes())) {
        Outcome outcome = Json.decode(record.value(), Outcome.class);
        assertThat(outcome.predicted())
            .isEqualTo(ParityModel.label(Long.parseLong(outcome.imageId())));
        assertThat(outcome.actual()).isEqualTo("label " + outcome.imageId());
      }
      Map<String, Label> labels =
          topics.committed(topics.topics.labels()).stream()
              .map(LearningPipelineTest::label)
              .collect(Collectors.toMap(Label::imageId, label -> label));
      for (var record : topics.committed(topics.topics.pictures())) {
        String id = new String(record.key(), UTF_8);
        assertThat(record.value()).asString().isEqualTo(id);
        assertThat(labels)
            .hasEntrySatisfying(
                id,
                label -> assertThat(label.claim().sha256()).isEqualTo(Sha256.hex(record.value())));
      }
      assertThat(topics.committed(topics.topics.feedbackDlq())).isEmpty();
      await()
          .untilAsserted(
              () -> assertThat(pipeline.check(PipelinePart.LEARNING)).isEqualTo(CheckResult.UP));
    }
  }

  @Test
  void shouldStayHealthyWhateverFeedbackSays() throws Exception {
    try (TestTopics topics = new TestTopics(broker.bootstrapServers(), broker.prefix(), 1);
        Pipeline pipeline = start(topics, LearningConfig.DEFAULTS)) {
      topics.sendFeedback("1", "no feedback");
      topics.sendFeedback("1", "{}");

      awaitCommitted(topics, topics.topics.feedbackDlq(), 2);
      await()
          .untilAsserted(
              () -> assertThat(pipeline.check(PipelinePart.LEARNING)).isEqualTo(CheckResult.UP));
    }
  }

  @Test
  void shouldKeepItsStateOverARestartAndLetFeedbackThatWaitsExpireThoughNoImageEverCame()
      throws Exception {
    LearningConfig fiveSeconds = new LearningConfig(168, 5, 1 << 20, 1);
    try (TestTopics topics = new TestTopics(broker.bootstrapServers(), broker.prefix(), 1)) {
      try (Pipeline before = start(topics, fiveSeconds)) {
        topics.sendFeedback("never", "{\"label\": \"odd\"}");
        topics.sendFeedback("1", "no feedback"); // comes after it, hence says that it was seen
        awaitCommitted(topics, topics.topics.feedbackDlq(), 1);
        await()
            .untilAsserted(
                () -> assertThat(before.check(PipelinePart.LEARNING)).isEqualTo(CheckResult.UP));
      }
      String stores = storesIdentity();

      try (Pipeline after = start(topics, fiveSeconds)) {
        awaitCommitted(topics, topics.topics.feedbackDlq(), 2);
        assertThat(DeadLetter.of(last(topics).headers()).reason()).isEqualTo("no_such_image");
        await()
            .untilAsserted(
                () -> assertThat(after.check(PipelinePart.LEARNING)).isEqualTo(CheckResult.UP));
      }
      assertThat(storesIdentity()).isEqualTo(stores);
    }
  }

  /** RocksDB gives a store one when it is made; none is made anew unless all are thrown away. */
  private String storesIdentity() throws IOException {
    try (Stream<Path> files =
        Files.find(state, 9, (f, a) -> f.endsWith("seen-feedback/IDENTITY"))) {
      return Files.readString(files.findFirst().orElseThrow());
    }
  }

  private static ConsumerRecord<byte[], byte[]> last(TestTopics topics) {
    var letters = topics.committed(topics.topics.feedbackDlq());
    return letters.get(letters.size() - 1);
  }

  @Test
  void shouldReadAPictureBackByItsClaimAloneAndTellWhatIsGone() throws Exception {
    try (TestTopics topics = new TestTopics(broker.bootstrapServers(), broker.prefix(), 2);
        KafkaPictureReader reader = new KafkaPictureReader(topics.clients, topics.topics.images());
        Admin admin = topics.clients.admin()) {
      topics.send(0, 200);
      List<Claim> claims = claims(topics);
      assertThat(claims).hasSize(200);

      for (Claim claim : claims) {
        IncomingImage image = reader.read(claim);
        assertThat(image).isNotNull();
        assertThat(Sha256.hex(image.picture())).isEqualTo(claim.sha256());
      }

      Claim some = claims.get(0);
      String images = topics.topics.images();
      assertThat(reader.read(new Claim(images, some.partition(), some.offset(), "0".repeat(64))))
          .isNull();
      assertThat(reader.read(new Claim(images, some.partition(), 200, some.sha256()))).isNull();
      assertThat(reader.read(new Claim(images, some.partition(), 1L << 40, some.sha256())))
          .isNull();
      assertThat(reader.read(new Claim(images, 77, 0, some.sha256()))).isNull();
      assertThat(reader.read(new Claim("other", 0, 0, some.sha256()))).isNull();
      assertThat(reader.read(endOf(topics, some.partition()))).isNull();

      TopicPartition partition = new TopicPartition(images, some.partition());
      admin
          .deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(some.offset() + 1)))
          .all()
          .get();
      assertThat(reader.read(some)).isNull();
    }
  }

  @Test
  void shouldReadPicturesOfPartitionsThatAreAddedAtOnce() throws Exception {
    try (TestTopics topics = new TestTopics(broker.bootstrapServers(), broker.prefix(), 1);
        KafkaPictureReader reader = new KafkaPictureReader(topics.clients, topics.topics.images());
        Admin admin = topics.clients.admin()) {
      String images = topics.topics.images();
      topics.send(0, 1);
      byte[] picture = ParityModel.image(0);
      assertThat(reader.read(new Claim(images, 0, 0, Sha256.hex(picture)))).isNotNull();

      admin.createPartitions(Map.of(images, NewPartitions.increaseTo(2))).all().get();
      try (var producer = topics.clients.producer(10_000)) {
        producer.send(new ProducerRecord<>(images, 1, picture, picture)).get();
      }

      assertThat(reader.read(new Claim(images, 1, 0, Sha256.hex(picture)))).isNotNull();
    }
  }

  @Test
  void shouldKnowHowFarTheGroupHasReadItsImagesAndTheirPredictions() throws Exception {
    String group = broker.prefix() + "app";
    TestClock clock = new TestClock(Instant.EPOCH.plusSeconds(1000));
    try (TestTopics topics = new TestTopics(broker.bootstrapServers(), broker.prefix(), 1);
        Admin admin = topics.clients.admin();
        GroupImagesProgress progress =
            new GroupImagesProgress(topics.clients, topics.topics, group, clock)) {
      String predicted = group + "-" + LearningTopology.PREDICTED_TOPIC;
      broker.createTopics(BrokerExtension.topic(predicted, Map.of()));
      topics.send(0, 3);
      broker.send(predicted, new byte[] {1});
      progress.start();
      assertThat(progress.readUntil()).isEqualTo(Long.MIN_VALUE);

      String serving = PipelinePart.SERVING.applicationId(group);
      String predictions = topics.topics.predictions();
      broker.send(predictions, new byte[] {1});
      commit(admin, serving, topics.topics.images(), 2);
      commit(admin, group, predictions, 1);
      commit(admin, group, predicted, 1);
      clock.advance(Duration.ofSeconds(5));
      await()
          .during(Duration.ofSeconds(2))
          .until(() -> progress.readUntil() == Long.MIN_VALUE); // one image is left

      broker.send(predictions, new byte[] {1});
      commit(admin, serving, topics.topics.images(), 3);
      await()
          .during(Duration.ofSeconds(2))
          .until(() -> progress.readUntil() == Long.MIN_VALUE); // its prediction is not read yet

      broker.send(predicted, new byte[] {1});
      commit(admin, group, predictions, 2);
      await()
          .during(Duration.ofSeconds(2))
          .until(() -> progress.readUntil() == Long.MIN_VALUE); // it is under way to its feedback

      commit(admin, group, predicted, 2);
      await().until(() -> progress.readUntil() == clock.millis());
    }
  }

  private static void commit(Admin admin, String group, String topic, long offset)
      throws Exception {
    var offsets = Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(offset));
    admin.alterConsumerGroupOffsets(group, offsets).all().get();
  }

  private static Claim endOf(TestTopics topics, int partition) {
    try (var consumer = topics.clients.consumer(Map.of())) {
      TopicPartition at = new TopicPartition(topics.topics.images(), partition);
      long end = consumer.endOffsets(List.of(at)).getOrDefault(at, 0L);
      return new Claim(at.topic(), partition, end, "0".repeat(64));
    }
  }

  private static List<Claim> claims(TestTopics topics) {
    try (var consumer = topics.clients.consumer(Map.of())) {
      List<TopicPartition> all =
          List.of(
              new TopicPartition(topics.topics.images(), 0),
              new TopicPartition(topics.topics.images(), 1));
      consumer.assign(all);
      consumer.seekToBeginning(all);
      List<Claim> claims = new ArrayList<>();
      await()
          .until(
              () -> {
                for (var r : consumer.poll(Duration.ofMillis(100))) {
                  claims.add(
                      new Claim(r.topic(), r.partition(), r.offset(), Sha256.hex(r.value())));
                }
                return claims.size() >= 200;
              });
      return claims;
    }
  }

  private static void label(TestTopics topics, long number) {
    topics.sendFeedback(Long.toString(number), "{\"label\": \"label %d\"}".formatted(number));
  }

  private static Label label(ConsumerRecord<byte[], byte[]> record) {
    try {
      return Json.decode(record.value(), Label.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void awaitCommitted(TestTopics topics, String topic, int records) {
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(topics.committed(topic)).hasSize(records));
  }

  private Pipeline start(TestTopics topics, LearningConfig learning) {
    return topics.startPipeline(broker.prefix() + "app", state, learning);
  }
}
