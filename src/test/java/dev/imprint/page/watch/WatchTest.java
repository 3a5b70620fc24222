package dev.imprint.page.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.imprint.broker.BrokerExtension;
import dev.imprint.event.DeadLetter;
import dev.imprint.event.PredictionCodec;
import dev.imprint.event.RecordParts;
import dev.imprint.event.Sha256;
import dev.imprint.event.Topics;
import dev.imprint.model.CheckResult;
import dev.imprint.model.Claim;
import dev.imprint.model.Prediction;
import dev.imprint.model.Predictions;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.model.backbone.TestDecoder;
import dev.imprint.model.head.Score;
import dev.imprint.page.feed.InstanceState;
import dev.imprint.pipeline.learning.KafkaPictureReader;
import dev.imprint.web.api.ApiServer;
import dev.imprint.web.api.EventReader;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Browsers that watch a real broker. */
@Timeout(120)
class WatchTest {
  @RegisterExtension private static final BrokerExtension broker = new BrokerExtension();

  private static final Pattern SHOWN = Pattern.compile("\"passed\":(\\d+),\"sent\":(\\d+)");

  private static final byte[] PICTURE = "a picture".getBytes(UTF_8);

  private Topics topics;
  private Producer<byte[], byte[]> producer;
  private KafkaPictureReader pictures;
  private WatchFeed feed;
  private ApiServer server;

  @BeforeEach
  void start() throws Exception {
    topics = broker.createTopics(2);
    producer = broker.clients().producer(1 << 20);
    pictures = new KafkaPictureReader(broker.clients(), topics.images());
    feed =
        new WatchFeed(
            broker.clients(),
            topics,
            () -> new InstanceState(CheckResult.Status.UP, "v1"),
            new Random(1));
    TestDecoder decoder = image -> new Pixels(1, 1, new float[3]);
    server =
        ApiServer.start(
            new WatchRoutes(
                    feed,
                    new Thumbnails(pictures, () -> decoder, WatchRoutes.THUMBNAIL_SIDE),
                    new Thumbnails(pictures, () -> decoder, WatchRoutes.PICTURE_SIDE),
                    topics.images())
                .routes());
  }

  @AfterEach
  void stop() {
    feed.close();
    server.close();
    pictures.close();
    producer.close();
  }

  @Test
  void shouldSendTheNewestPredictionsAndThenEachThatIsMade() throws Exception {
    predict("before", "nut", 0.9f);
    try (EventReader browser = browser("")) {
      await().until(() -> browser.has("prediction", "before"));

      predict("after", "gear", 0.4f);

      await().until(() -> browser.has("prediction", "after"));
      await().until(() -> counted(browser));
      assertThat(browser.events("prediction").count()).isEqualTo(2);
      assertThat(browser.has("figures", "\"health\":\"up\",\"serving\":\"v1\"")).isTrue();
    }
  }

  @Test
  void shouldSendEachBrowserWhatItsFilterPasses() throws Exception {
    try (EventReader nuts = browser("?label=nut&from=0.5");
        EventReader all = browser("")) {
      await().until(() -> nuts.events("figures").count() > 0 && all.events("figures").count() > 0);
      predict("sure", "nut", 0.9f);
      predict("unsure", "nut", 0.4f);
      predict("other", "gear", 0.9f);

      await()
          .until(
              () ->
                  all.events("prediction").count() == 3 && nuts.events("prediction").count() == 1);

      assertThat(nuts.has("prediction", "\"image_id\":\"sure\"")).isTrue();
      try (EventReader late = browser("?label=gear")) { // from what the feed remembers
        await().until(() -> late.has("prediction", "\"image_id\":\"other\""));
        assertThat(late.events("prediction").count()).isEqualTo(1);
      }
    }
  }

  @Test
  void shouldSampleFromTwentyPicturesASecondOnAndSaySo() throws Exception {
    try (EventReader browser = browser("")) {
      await().until(() -> browser.events("figures").count() > 0);
      for (int i = 0; i < 500; i++) {
        predict("image-" + i, "nut", 0.9f);
      }

      await().until(() -> sampled(browser));

      // How many depends on how long sending takes.
      assertThat(browser.events("prediction").count()).isLessThan(500);
    }
  }

  @Test
  void shouldSendDeadLettersWithTheirReasons() throws Exception {
    reject("camera-1", "broken_image", "a JPEG that ends early");
    try (EventReader browser = browser("?show=dead_letters")) {
      await().until(() -> browser.has("dead_letter", "a JPEG that ends early"));
      reject("camera-2", "unsupported_format", "a PDF");

      await().until(() -> browser.has("dead_letter", "\"reason\":\"unsupported_format\""));

      predict("image", "nut", 0.9f);
      await().until(() -> counted(browser));
      assertThat(browser.events("prediction").count()).isZero();
    }
  }

  @Test
  void shouldSkipRecordsThatSomebodyElseWrote() throws Exception {
    broker.send(topics.predictions(), "not a prediction".getBytes(UTF_8));
    broker.send(topics.imagesDlq(), "not a dead letter".getBytes(UTF_8));
    broker.send(topics.outcomes(), "not an outcome".getBytes(UTF_8));
    predict("image", "nut", 0.9f);

    try (EventReader browser = browser("")) {
      await().until(() -> browser.has("prediction", "\"image_id\":\"image\""));
    }
  }

  @Test
  void shouldReadNothingWhileNoBrowserIsConnected() throws Exception {
    assertThat(isReading()).isFalse();
    try (EventReader browser = browser("")) {
      await().until(() -> browser.events("figures").count() > 0);
      assertThat(isReading()).isTrue();
    }

    await().atMost(Duration.ofSeconds(30)).until(() -> !isReading());

    try (EventReader another = browser("")) {
      await().until(() -> another.events("figures").count() > 0);
    }
  }

  @Test
  void shouldEndTheStreamsWhenItStops() throws Exception {
    EventReader browser = browser("");
    await().until(() -> browser.events("figures").count() > 0);

    feed.close();

    await().until(browser::ended);
    assertThat(isReading()).isFalse();
  }

  @Test
  void shouldShowAPictureByItsClaimAlone() throws Exception {
    Claim claim = send("image");

    HttpResponse<byte[]> shown = thumbnail(claim.partition(), claim.offset(), claim.sha256());

    assertThat(shown.statusCode()).isEqualTo(200);
    assertThat(shown.body()).isEqualTo(PICTURE);
    assertThat(shown.headers().firstValue("Content-Type")).hasValue("image/jpeg");
    assertThat(shown.headers().firstValue("Cache-Control"))
        .hasValue("private, max-age=31536000, immutable");
    assertThat(thumbnail(claim.partition(), claim.offset(), "0".repeat(64)).statusCode())
        .isEqualTo(404);
    assertThat(thumbnail(claim.partition(), claim.offset() + 9, claim.sha256()).statusCode())
        .isEqualTo(404);
    assertThat(thumbnail(0, 0, "../../etc/passwd").statusCode()).isEqualTo(404);
    assertThat(thumbnail(0, -1, claim.sha256()).statusCode()).isEqualTo(400);
  }

  private HttpResponse<byte[]> thumbnail(int partition, long offset, String sha256)
      throws Exception {
    String path = "/api/v1/thumbnails/%d/%d/%s".formatted(partition, offset, sha256);
    return server.client.send(server.request(path).build(), BodyHandlers.ofByteArray());
  }

  private Claim send(String id) throws Exception {
    var stored =
        producer.send(new ProducerRecord<>(topics.images(), id.getBytes(UTF_8), PICTURE)).get();
    return new Claim(topics.images(), stored.partition(), stored.offset(), Sha256.hex(PICTURE));
  }

  private void predict(String id, String label, float confidence) {
    Claim claim = new Claim(topics.images(), 0, id.hashCode() & 0xFFFF, "0".repeat(64));
    Instant now = Instant.now();
    Prediction prediction = Predictions.of(id, claim, now, now, new Score(label, confidence));
    producer.send(
        new ProducerRecord<>(
            topics.predictions(), id.getBytes(UTF_8), PredictionCodec.JSON.encode(prediction)));
    producer.flush();
  }

  private void reject(String id, String reason, String message) {
    DeadLetter letter =
        new DeadLetter(reason, message, topics.images(), 0, 1, Instant.now(), PICTURE.length);
    producer.send(
        new ProducerRecord<>(
            topics.imagesDlq(),
            null,
            id.getBytes(UTF_8),
            PICTURE,
            letter.headers(RecordParts.headers())));
    producer.flush();
  }

  private static boolean isReading() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().equals("imprint-watch"));
  }

  private EventReader browser(String query) throws Exception {
    return new EventReader(server.open("/api/v1/watch" + query));
  }

  /** Whether it was told that it does not see all. */
  private static boolean sampled(EventReader browser) {
    return browser
        .events("figures")
        .flatMap(event -> SHOWN.matcher(event).results())
        .anyMatch(shown -> Integer.parseInt(shown.group(2)) < Integer.parseInt(shown.group(1)));
  }

  /** Whether it was told of images in some second, whose length varies a little. */
  private static boolean counted(EventReader browser) {
    return browser.events("figures").anyMatch(each -> !each.contains("\"images\":0.0"));
  }
}
