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
import dev.imprint.model.Pixels;
import dev.imprint.model.Prediction;
import dev.imprint.model.Role;
import dev.imprint.model.Score;
import dev.imprint.model.TestDecoder;
import dev.imprint.page.feed.InstanceState;
import dev.imprint.pipeline.KafkaPictureReader;
import dev.imprint.web.HttpServer;
import dev.imprint.web.api.Api;
import dev.imprint.web.api.ApiServer;
import dev.imprint.web.api.Callers;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Scanner;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.NewTopic;
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

  private final HttpClient client = HttpClient.newHttpClient();
  private Topics topics;
  private Producer<byte[], byte[]> producer;
  private KafkaPictureReader pictures;
  private WatchFeed feed;
  private Api api;
  private HttpServer server;

  @BeforeEach
  void start() throws Exception {
    topics = new Topics(broker.prefix());
    broker.createTopics(
        topics.specs(1 << 20).stream()
            .map(spec -> new NewTopic(spec.name(), spec.single() ? 1 : 2, (short) 1))
            .toList());
    producer = broker.clients().producer(1 << 20);
    pictures = new KafkaPictureReader(broker.clients(), topics.images());
    feed =
        new WatchFeed(
            broker.clients(),
            topics,
            () -> new InstanceState(CheckResult.Status.UP, "v1"),
            new Random(1));
    TestDecoder decoder = image -> new Pixels(1, 1, new float[3]);
    api =
        new Api(
            new WatchRoutes(
                    feed,
                    new Thumbnails(pictures, () -> decoder, WatchRoutes.THUMBNAIL_SIDE),
                    new Thumbnails(pictures, () -> decoder, WatchRoutes.PICTURE_SIDE),
                    topics.images())
                .routes(),
            Callers.ANYBODY);
    server = ApiServer.start(api);
  }

  @AfterEach
  void stop() {
    feed.close();
    api.close();
    pictures.close();
    server.close();
    producer.close();
  }

  @Test
  void shouldSendTheNewestPredictionsAndThenEachThatIsMade() throws Exception {
    predict("before", "nut", 0.9f);
    try (Browser browser = new Browser("")) {
      await().until(() -> browser.has("prediction", "before"));

      predict("after", "gear", 0.4f);

      await().until(() -> browser.has("prediction", "after"));
      await().until(browser::counted);
      assertThat(browser.count("prediction")).isEqualTo(2);
      assertThat(browser.has("figures", "\"health\":\"up\",\"serving\":\"v1\"")).isTrue();
    }
  }

  @Test
  void shouldSendEachBrowserWhatItsFilterPasses() throws Exception {
    try (Browser nuts = new Browser("?label=nut&from=0.5");
        Browser all = new Browser("")) {
      await().until(() -> nuts.count("figures") > 0 && all.count("figures") > 0);
      predict("sure", "nut", 0.9f);
      predict("unsure", "nut", 0.4f);
      predict("other", "gear", 0.9f);

      await().until(() -> all.count("prediction") == 3 && nuts.count("prediction") == 1);

      assertThat(nuts.has("prediction", "\"image_id\":\"sure\"")).isTrue();
      try (Browser late = new Browser("?label=gear")) { // from what the feed remembers
        await().until(() -> late.has("prediction", "\"image_id\":\"other\""));
        assertThat(late.count("prediction")).isEqualTo(1);
      }
    }
  }

  @Test
  void shouldSampleFromTwentyPicturesASecondOnAndSaySo() throws Exception {
    try (Browser browser = new Browser("")) {
      await().until(() -> browser.count("figures") > 0);
      for (int i = 0; i < 500; i++) {
        predict("image-" + i, "nut", 0.9f);
      }

      await().until(() -> browser.sampled());

      // How many depends on how long sending takes.
      assertThat(browser.count("prediction")).isLessThan(500);
    }
  }

  @Test
  void shouldSendDeadLettersWithTheirReasons() throws Exception {
    reject("camera-1", "broken_image", "a JPEG that ends early");
    try (Browser browser = new Browser("?show=dead_letters")) {
      await().until(() -> browser.has("dead_letter", "a JPEG that ends early"));
      reject("camera-2", "unsupported_format", "a PDF");

      await().until(() -> browser.has("dead_letter", "\"reason\":\"unsupported_format\""));

      predict("image", "nut", 0.9f);
      await().until(browser::counted);
      assertThat(browser.count("prediction")).isZero();
    }
  }

  @Test
  void shouldSkipRecordsThatSomebodyElseWrote() throws Exception {
    broker.send(topics.predictions(), "not a prediction".getBytes(UTF_8));
    broker.send(topics.imagesDlq(), "not a dead letter".getBytes(UTF_8));
    broker.send(topics.outcomes(), "not an outcome".getBytes(UTF_8));
    predict("image", "nut", 0.9f);

    try (Browser browser = new Browser("")) {
      await().until(() -> browser.has("prediction", "\"image_id\":\"image\""));
    }
  }

  @Test
  void shouldReadNothingWhileNoBrowserIsConnected() throws Exception {
    assertThat(isReading()).isFalse();
    try (Browser browser = new Browser("")) {
      await().until(() -> browser.count("figures") > 0);
      assertThat(isReading()).isTrue();
    }

    await().atMost(Duration.ofSeconds(30)).until(() -> !isReading());

    try (Browser another = new Browser("")) {
      await().until(() -> another.count("figures") > 0);
    }
  }

  @Test
  void shouldEndTheStreamsWhenItStops() throws Exception {
    Browser browser = new Browser("");
    await().until(() -> browser.count("figures") > 0);

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
    return client.send(
        request("/api/v1/thumbnails/%d/%d/%s".formatted(partition, offset, sha256)),
        BodyHandlers.ofByteArray());
  }

  private Claim send(String id) throws Exception {
    var stored =
        producer.send(new ProducerRecord<>(topics.images(), id.getBytes(UTF_8), PICTURE)).get();
    return new Claim(topics.images(), stored.partition(), stored.offset(), Sha256.hex(PICTURE));
  }

  private void predict(String id, String label, float confidence) {
    Prediction prediction =
        new Prediction(
            id,
            label,
            confidence,
            List.of(new Score(label, confidence)),
            "v1",
            Role.SERVING,
            new Claim(topics.images(), 0, id.hashCode() & 0xFFFF, "0".repeat(64)),
            null,
            Instant.now(),
            Instant.now(),
            false,
            List.of());
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

  private HttpRequest request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path)).build();
  }

  /** Collects the events of one stream. */
  private final class Browser implements AutoCloseable {
    private final Queue<String> events = new ConcurrentLinkedQueue<>();
    private final InputStream stream;
    private final Thread reading = new Thread(this::read, "browser");

    Browser(String query) throws Exception {
      stream = client.send(request("/api/v1/watch" + query), BodyHandlers.ofInputStream()).body();
      reading.setDaemon(true);
      reading.start();
    }

    private void read() {
      try (Scanner scanner = new Scanner(stream, UTF_8).useDelimiter("\n\n")) {
        while (scanner.hasNext()) {
          events.add(scanner.next());
        }
      }
    }

    boolean has(String event, String part) {
      return events.stream()
          .anyMatch(each -> each.startsWith("event: " + event + "\n") && each.contains(part));
    }

    /** Whether it was told that it does not see all. */
    boolean sampled() {
      return events.stream()
          .flatMap(event -> SHOWN.matcher(event).results())
          .anyMatch(shown -> Integer.parseInt(shown.group(2)) < Integer.parseInt(shown.group(1)));
    }

    /** Whether it was told of images in some second, whose length varies a little. */
    boolean counted() {
      return events.stream()
          .anyMatch(
              each -> each.startsWith("event: figures\n") && !each.contains("\"images\":0.0"));
    }

    long count(String event) {
      return events.stream().filter(each -> each.startsWith("event: " + event + "\n")).count();
    }

    boolean ended() {
      return !reading.isAlive();
    }

    @Override
    public void close() throws Exception {
      stream.close();
    }
  }
}
