package dev.imprint.page.trial;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.imprint.broker.BrokerExtension;
import dev.imprint.event.DeadLetter;
import dev.imprint.event.PredictionCodec;
import dev.imprint.event.RecordParts;
import dev.imprint.event.Topics;
import dev.imprint.model.Claim;
import dev.imprint.model.Prediction;
import dev.imprint.model.Predictions;
import dev.imprint.model.head.Score;
import dev.imprint.pipeline.TestClock;
import dev.imprint.web.api.ApiServer;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Senders of pictures who wait, before a real broker. */
@Timeout(120)
class TrialTest {
  @RegisterExtension private static final BrokerExtension broker = new BrokerExtension();

  private final Instant sent = Instant.now();
  private final TestClock clock = new TestClock(sent);
  private Topics topics;
  private Producer<byte[], byte[]> producer;
  private TrialFeed feed;
  private ApiServer server;

  @BeforeEach
  void start() throws Exception {
    topics = broker.createTopics(2);
    producer = broker.clients().producer(1 << 20);
    feed = new TrialFeed(broker.clients(), topics, clock);
    server = ApiServer.start(new TrialRoutes(feed, topics.images()).routes());
  }

  @AfterEach
  void stop() {
    feed.close();
    server.close();
    producer.close();
  }

  @Test
  void shouldTellWhatHadBeenPredictedBeforeTheBrowserAsked() {
    predict(1, "nut");
    for (int offset = 2; offset < 50; offset++) {
      predict(offset, "gear");
    }

    assertThat(answer(1).join()).contains("event: prediction\n", "\"label\":\"nut\"");
  }

  @Test
  void shouldTellEachSenderWhatBecomesOfItsOwnPicture() {
    predict(1, "gear"); // somebody else's
    CompletableFuture<String> predicted = answer(2);
    CompletableFuture<String> refused = answer(3);
    predict(2, "nut");
    reject(3, "a JPEG that ends early");

    assertThat(predicted.join()).contains("\"label\":\"nut\"").doesNotContain("gear");
    assertThat(refused.join())
        .contains("event: dead_letter\n", "a JPEG that ends early")
        .doesNotContain("event: prediction");
    predict(4, "washer"); // while the consumer is still there, and far behind its end
    assertThat(answer(4).join()).contains("washer");
    assertThat(answer(1).join()).as("goes back").contains("gear");
  }

  @Test
  void shouldNotTakeAnotherPictureAtThatPlaceForIt() {
    predict(1, "nut");
    String other = "f".repeat(64);
    CompletableFuture<String> waiting = answer(1, other, sent);

    assertThat(answer(1).join()).contains("nut");
    assertThat(waiting).isNotDone();
    feed.close(); // browsers connect again
    assertThat(waiting.join()).doesNotContain("event:");
  }

  @Test
  void shouldNotLookForWhatWasSentLongAgo() {
    Instant longAgo = sent.minus(TrialLoop.LONGEST).minus(Duration.ofHours(1));
    predict(1, "nut", longAgo);
    predict(2, "gear", sent);
    predict(3, "gear", sent);

    CompletableFuture<String> waiting = answer(1, digest(1), longAgo);

    assertThat(answer(2).join()).contains("gear"); // so the other one has been looked for, too
    assertThat(waiting).isNotDone();
  }

  @Test
  void shouldEndTheWaitForAPictureOfWhichNothingComes() {
    CompletableFuture<String> waiting = answer(1);
    predict(2, "gear");
    assertThat(answer(2).join()).contains("gear");
    assertThat(waiting).isNotDone();

    await()
        .until(
            () -> {
              clock.advance(TrialLoop.PATIENCE);
              return waiting.isDone();
            });

    assertThat(waiting.join()).contains("event: nothing\n", "{\"seconds\":300}");
    predict(1, "nut"); // late
    assertThat(answer(1).join()).as("who waits again").contains("nut");
  }

  @Test
  void shouldReadNothingWhileNobodyWaits() {
    assertThat(isReading()).isFalse();
    predict(1, "nut");
    answer(1).join();
    assertThat(isReading()).isTrue();

    feed.close();

    await().until(() -> !isReading());
  }

  private static boolean isReading() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().equals("imprint-trial"));
  }

  /** All that is sent until the stream ends. */
  private CompletableFuture<String> answer(long offset) {
    return answer(offset, digest(offset), sent);
  }

  private CompletableFuture<String> answer(long offset, String sha256, Instant since) {
    String path = "/api/v1/trials/0/%d/%s?since=%d".formatted(offset, sha256, since.toEpochMilli());
    return server
        .client
        .sendAsync(server.request(path).build(), BodyHandlers.ofString())
        .thenApply(HttpResponse::body);
  }

  private static String digest(long offset) {
    return "%064d".formatted(offset);
  }

  private void predict(long offset, String label) {
    predict(offset, label, Instant.now());
  }

  private void predict(long offset, String label, Instant at) {
    Claim claim = new Claim(topics.images(), 0, offset, digest(offset));
    Prediction prediction = Predictions.of("try/a.jpg", claim, at, at, new Score(label, 0.9f));
    byte[] value = PredictionCodec.JSON.encode(prediction);
    // Different partitions: which one has nothing to do with the picture's.
    send(topics.predictions(), (int) offset % 2, at, value, RecordParts.headers());
  }

  private void reject(long offset, String message) {
    DeadLetter letter =
        new DeadLetter("broken_image", message, topics.images(), 0, offset, Instant.now(), 9);
    send(
        topics.imagesDlq(),
        0,
        Instant.now(),
        "a picture".getBytes(UTF_8),
        letter.headers(RecordParts.headers()));
  }

  private void send(String topic, int partition, Instant at, byte[] value, Headers headers) {
    byte[] key = "try/a.jpg".getBytes(UTF_8);
    producer.send(new ProducerRecord<>(topic, partition, at.toEpochMilli(), key, value, headers));
    producer.flush();
  }
}
