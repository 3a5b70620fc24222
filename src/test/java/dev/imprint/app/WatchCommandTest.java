package dev.imprint.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.imprint.event.PredictionCodec;
import dev.imprint.model.Claim;
import dev.imprint.model.Prediction;
import dev.imprint.model.Predictions;
import dev.imprint.model.head.Score;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** Watches predictions, with a broker. */
class WatchCommandTest extends CommandSteps {
  private static final byte[] BODY = "not a picture".getBytes(UTF_8);

  WatchCommandTest() {
    super(5_000);
  }

  @Test
  void shouldWatchJsonAndAvroAlikeAndOnlyWhatIsCommitted() throws Exception {
    settings.run("topics create");
    byte[] json = PredictionCodec.JSON.encode(prediction("1"));
    try (Producer<byte[], byte[]> producer =
        broker.clients().transactionalProducer(10_000, "watched")) {
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

    Cli watched = settings.run("watch --from-beginning --timeout 3");

    assertThat(watched.exitCode()).as(watched.err()).isZero();
    assertThat(watched.outLines())
        .containsExactly(new String(json, UTF_8), new String(json, UTF_8));
    assertThat(watched.err()).containsOnlyOnce("is not a prediction");
  }

  @Test
  void shouldWatchFromNowOnAndStopAtTheMost() throws Exception {
    settings.run("topics create");
    broker.send(topics.predictions(), PredictionCodec.JSON.encode(prediction("old")));
    CompletableFuture<Cli> watching =
        CompletableFuture.supplyAsync(() -> settings.run("watch --max 2 --timeout 30"));

    // Only it knows when it starts watching, so the image is sent until it has enough.
    await()
        .atMost(Duration.ofSeconds(40))
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> {
              broker.send(topics.predictions(), PredictionCodec.JSON.encode(prediction("new")));
              return watching.isDone();
            });

    assertThat(watching.get().exitCode()).isZero();
    assertThat(watching.get().outLines()).hasSize(2).allMatch(line -> line.contains("\"new\""));
  }

  @Test
  void shouldWatchPartitionsThatAreAdded() throws Exception {
    settings.run("topics create --partitions 1");
    Files.writeString(
        settings.file(),
        Files.readString(settings.file())
            .replace("kafka: {", "kafka: {properties: {metadata.max.age.ms: '200'}, "));
    CompletableFuture<Cli> watching =
        CompletableFuture.supplyAsync(() -> settings.run("watch --max 1 --timeout 60"));
    try (Admin admin = broker.clients().admin()) {
      NewPartitions two = NewPartitions.increaseTo(2);
      admin.createPartitions(Map.of(topics.predictions(), two)).all().get();
    }

    // Only it knows when it starts watching.
    try (Producer<byte[], byte[]> producer = broker.clients().producer(10_000)) {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () -> {
                byte[] value = PredictionCodec.JSON.encode(prediction("new"));
                producer.send(new ProducerRecord<>(topics.predictions(), 1, null, value)).get();
                return watching.isDone();
              });
    }

    assertThat(watching.get().exitCode()).as(watching.get().err()).isZero();
    assertThat(watching.get().outLines()).singleElement().asString().contains("new");
  }

  @Test
  void shouldFailIfTheTimeEndsBeforeTheMostIsReached() {
    settings.run("topics create");

    Cli watched = settings.run("watch --max 1 --timeout 0.5");

    assertThat(watched.exitCode()).isEqualTo(1);
    assertThat(watched.err()).contains("0 of 1 predictions after 0.5 s");
  }

  private static Prediction prediction(String id) {
    return Predictions.of(
        id,
        new Claim("images", 0, 1, "00"),
        Instant.parse("2026-01-01T00:00:00.123Z"),
        Instant.parse("2026-01-01T00:00:00.456Z"),
        new Score("nut", 0.9f));
  }
}
