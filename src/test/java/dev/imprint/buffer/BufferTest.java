package dev.imprint.buffer;

import static dev.imprint.model.CheckResult.Status.DEGRADED;
import static dev.imprint.model.CheckResult.Status.UP;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.imprint.broker.EmbeddedBroker;
import dev.imprint.event.Clients;
import dev.imprint.event.KafkaConfig;
import dev.imprint.event.Topics;
import dev.imprint.model.Claim;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.pipeline.learning.KafkaPictureReader;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BufferTest extends BufferSteps {
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
    writeGears(0, 90);
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
    writeGears(0, 3);
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
    topics = new Topics("later." + topics.prefix());
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
  void shouldReadAndEmbedAllAtOnce() throws Exception {
    writeGears(0, 6);

    BufferSnapshot all =
        EmbeddedBuffer.read(clients, topics, BufferConfig.DEFAULTS, backbone, left -> {});

    assertThat(all.examples())
        .hasSize(6)
        .allSatisfy(
            e -> assertThat("id" + (int) e.embedding().numbers()[0]).isEqualTo(e.imageId()));
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
}
