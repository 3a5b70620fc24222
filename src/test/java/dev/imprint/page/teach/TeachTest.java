package dev.imprint.page.teach;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.broker.BrokerExtension;
import dev.imprint.event.Clients;
import dev.imprint.event.FeedbackCodec;
import dev.imprint.event.KafkaConfig;
import dev.imprint.event.PredictionCodec;
import dev.imprint.event.Topics;
import dev.imprint.model.Claim;
import dev.imprint.model.Feedback;
import dev.imprint.model.Prediction;
import dev.imprint.model.Predictions;
import dev.imprint.model.Verdict;
import dev.imprint.model.Why;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.head.Score;
import dev.imprint.page.feed.PageProducer;
import dev.imprint.web.api.Api;
import dev.imprint.web.api.ApiServer;
import dev.imprint.web.api.Callers;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The routes, before a real broker. */
@Timeout(120)
class TeachTest {
  @RegisterExtension private static final BrokerExtension broker = new BrokerExtension();

  private static final int MAX_IMAGE_BYTES = 100_000;

  private final List<AutoCloseable> open = new ArrayList<>();
  private final Map<Claim, Embedding> looks = new HashMap<>();
  private Topics topics;
  private ApiServer server;

  @BeforeEach
  void start() throws Exception {
    topics = broker.createTopics(1);
    server = serve(broker.clients());
  }

  private ApiServer serve(Clients clients) throws Exception {
    Teaching teaching =
        new Teaching(
            clients,
            topics,
            () -> TaughtModel.of(new float[2], looks),
            new Random(1),
            Clock.systemUTC());
    PageProducer producer = new PageProducer(clients, MAX_IMAGE_BYTES);
    Api api =
        new Api(
            new TeachRoutes(teaching, producer, topics, MAX_IMAGE_BYTES, Clock.systemUTC())
                .routes(),
            Callers.ANYBODY,
            MAX_IMAGE_BYTES);
    ApiServer started = ApiServer.start(api);
    open.addAll(List.of(teaching, producer, started));
    return started;
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  @Test
  void shouldAskForWhatWasPredictedAndNotLabelled() throws Exception {
    predict(0);
    predict(1);

    String first = get("/api/v1/teach/next?session=a&count=1");
    String second = get("/api/v1/teach/next?session=b&count=5");

    assertThat(first)
        .contains("\"guess\":\"nut\"", "/api/v1/pictures/0/", "\"labels\":[\"gear\",\"nut\"]");
    assertThat(second.split("\"model_version\"")).as("the other one alone").hasSize(2);
    assertThat(get("/api/v1/teach/next?session=c")).contains("\"pictures\":[]");
  }

  @Test
  void shouldHandOutNothingToWhoOnlyWantsToKnowWhetherKafkaAnswers() throws Exception {
    predict(0);

    assertThat(get("/api/v1/teach/next?session=a&count=0"))
        .contains("\"pictures\":[]", "\"labels\":[\"gear\",\"nut\"]", "\"connected\":true");

    assertThat(get("/api/v1/teach/next?session=b")).contains("\"guess\":\"nut\"");
  }

  @Test
  void shouldWriteALabelOnceHoweverOftenItIsSent() throws Exception {
    String label = given("id-1", "image-1", 1, "\"label\":\" nut \",\"why\":\"random\"");
    assertThat(post("/api/v1/labels", labels(label))).contains("\"taken\":[\"id-1\"]");
    assertThat(post("/api/v1/labels", labels(label))).contains("\"taken\":[\"id-1\"]");
    post("/api/v1/labels", labels(given("id-2", "image-1", 1, "\"verdict\":\"forget\"")));

    List<Feedback> written = feedback();

    assertThat(written).extracting(Feedback::label).containsExactly("nut", null);
    assertThat(written.get(0).claim()).isEqualTo(claim(1));
    assertThat(written.get(0).who()).isEqualTo("page");
    assertThat(written.get(0).why()).isEqualTo(Why.RANDOM);
    assertThat(written.get(1).verdict()).isEqualTo(Verdict.FORGET);
  }

  @Test
  void shouldNotAskForWhatWasLabelledOrSkipped() throws Exception {
    predict(0);
    predict(1);
    post("/api/v1/labels", labels(given("id", "image-0", 0, "\"label\":\"nut\"")));
    post("/api/v1/teach/skip", "{\"claims\":[%s]}".formatted(json(1)));

    assertThat(get("/api/v1/teach/next?session=a")).contains("\"pictures\":[]");
  }

  @Test
  void shouldNotAskForWhatSomebodyElseHasJudged() throws Exception {
    for (int i = 0; i < 3; i++) {
      predict(i);
    }
    post("/api/v1/labels", labels(given("id", "image-0", 0, "\"verdict\":\"incorrect\"")));
    post("/api/v1/labels", labels(given("other", "image-1", 1, "\"verdict\":\"incorrect\"")));
    post("/api/v1/labels", labels(given("back", "image-1", 1, "\"verdict\":\"forget\"")));
    broker.send(topics.feedback(), "no feedback".getBytes(UTF_8));

    server = serve(broker.clients()); // as after a restart

    assertThat(get("/api/v1/teach/next?session=a"))
        .contains("image-1", "image-2")
        .doesNotContain("image-0");
  }

  @Test
  void shouldAskAgainForWhatWasSkippedByMistake() throws Exception {
    predict(0);
    get("/api/v1/teach/next?session=a");
    String claims = "{\"claims\":[%s]}".formatted(json(0));
    post("/api/v1/teach/skip", claims);

    post("/api/v1/teach/unskip", claims);

    assertThat(get("/api/v1/teach/next?session=b")).contains("\"pictures\":[]");
    assertThat(get("/api/v1/teach/next?session=a&afresh=yes")).contains("image-0");
  }

  /** Browsers then tell what they have skipped. */
  @Test
  void shouldNameItsQueueWhichIsAnotherOneAfterARestart() throws Exception {
    String queue = queue();

    assertThat(queue()).isEqualTo(queue);
    server = serve(broker.clients());
    assertThat(queue()).isNotEqualTo(queue);
  }

  private String queue() throws Exception {
    return server.get("/api/v1/teach/next?session=a&count=0", 200).get("queue").asText();
  }

  @Test
  void shouldLendLookAlikesUntilTheyAreGivenBack() throws Exception {
    for (int i = 0; i < 40; i++) {
      predict(i);
      looks.put(claim(i), Embedding.of(1, i));
    }
    get("/api/v1/teach/next?session=a&count=1");

    String similar = get(similar(0) + "?session=a");
    String others = get(similar(0) + "?session=b");

    assertThat(similar)
        .contains("\"similarity\":", "\"reason\":\"similar\"", "\"predicted\":\"nut\"")
        .contains("\"compared\":true");
    assertThat(similar.split("\"similarity\"")).hasSize(1 + 24);
    post("/api/v1/teach/return", "{\"session\":\"a\",\"claims\":[%s]}".formatted(claims(0, 40)));
    assertThat(get(similar(0) + "?session=c").split("\"similarity\"").length)
        .isGreaterThan(others.split("\"similarity\"").length);
  }

  @Test
  void shouldSayThatItCannotTellWhatLooksLikeAPicture() throws Exception {
    predict(0);

    assertThat(get(similar(0) + "?session=a")).contains("\"pictures\":[]", "\"compared\":false");
  }

  @Test
  void shouldRefuseWhatWouldBecomeADeadLetterAndTakeTheRest() throws Exception {
    String answer =
        post(
            "/api/v1/labels",
            labels(
                given("blank", "image-1", 1, "\"label\":\"  \""),
                given("none", "image-2", 2, "\"label\":null"),
                given("good", "image-3", 3, "\"label\":\"nut\"")));

    assertThat(answer).contains("\"taken\":[\"good\"]", "is blank", "either a label or a verdict");
    assertThat(feedback()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost:1", "kafka.invalid:9092"})
  void shouldSayThatKafkaIsAwayAndTakeNothing(String bootstrapServers) throws Exception {
    server = serve(new Clients(new KafkaConfig(bootstrapServers, Map.of())));

    HttpResponse<String> answer =
        server.send("/api/v1/labels", labels(given("id", "image", 1, "\"label\":\"nut\"")));

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).contains("Kafka does not answer");
    assertThat(get("/api/v1/teach/next?session=a")).contains("\"connected\":false");
  }

  @Test
  void shouldSendAPictureWithItsLabel() throws Exception {
    byte[] picture = png();
    HttpResponse<String> answer = image("shelf/ä.png", "nut", picture);

    assertThat(answer.statusCode()).isEqualTo(200);
    ConsumerRecord<byte[], byte[]> record = records(topics.images()).get(0);
    assertThat(new String(record.key(), UTF_8)).isEqualTo("shelf/ä.png");
    assertThat(record.value()).isEqualTo(picture);
    Feedback label = feedback().get(0);
    assertThat(label.label()).isEqualTo("nut");
    assertThat(label.claim()).extracting(Claim::offset).isEqualTo(record.offset());
  }

  @Test
  void shouldRefuseFilesThatAreNoPicturesOrTooLarge() throws Exception {
    assertThat(image("a.txt", "", "text".getBytes(UTF_8)).body()).contains("not an image");
    assertThat(image("", "", png()).body()).contains("id is '': use 1 to 1024 characters");
    assertThat(image("a.png", "x".repeat(201), png()).statusCode()).isEqualTo(400);
    assertThat(image("big.png", "", new byte[MAX_IMAGE_BYTES + 1]).statusCode()).isEqualTo(413);
    HttpRequest.Builder unsized =
        binary("/api/v1/images?id=big")
            .POST(
                BodyPublishers.ofInputStream(
                    () -> new ByteArrayInputStream(new byte[MAX_IMAGE_BYTES + 1])));
    assertThat(server.client.send(unsized.build(), BodyHandlers.ofString()).statusCode())
        .isEqualTo(413);
    assertThat(records(topics.images())).isEmpty();
  }

  @Test
  void shouldLimitWhatIsAskedAtOnce() throws Exception {
    assertThat(status("/api/v1/teach/next")).isEqualTo(400);
    assertThat(status("/api/v1/teach/next?session=a&count=21")).isEqualTo(400);
    assertThat(status(similar(0))).isEqualTo(400);
    assertThat(status(similar(0) + "?session=a&count=25")).isEqualTo(400);
    String[] many = new String[LabelPost.MOST_AT_ONCE + 1];
    java.util.Arrays.setAll(many, i -> given("id-" + i, "image", i, "\"label\":\"nut\""));
    assertThat(server.send("/api/v1/labels", labels(many)).statusCode()).isEqualTo(422);
  }

  private void predict(int offset) throws Exception {
    Instant now = Instant.now();
    Prediction prediction =
        Predictions.of(
            "image-" + offset,
            claim(offset),
            now,
            now,
            new Score("nut", 0.6f),
            new Score("gear", 0.4f));
    broker.send(topics.predictions(), PredictionCodec.JSON.encode(prediction));
  }

  private Claim claim(int offset) {
    return new Claim(topics.images(), 0, offset, "0".repeat(64));
  }

  private String json(int offset) {
    return new String(dev.imprint.event.Json.encode(claim(offset)), UTF_8);
  }

  private String claims(int from, int to) {
    return IntStream.range(from, to).mapToObj(this::json).collect(joining(","));
  }

  private static String similar(int offset) {
    return "/api/v1/teach/similar/0/%d/%s".formatted(offset, "0".repeat(64));
  }

  private String given(String id, String imageId, int offset, String said) {
    return "{\"id\":\"%s\",\"image_id\":\"%s\",\"claim\":%s,%s}"
        .formatted(id, imageId, json(offset), said);
  }

  private static String labels(String... given) {
    return "{\"labels\":[%s]}".formatted(String.join(",", given));
  }

  private static byte[] png() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB), "png", out);
    return out.toByteArray();
  }

  private List<Feedback> feedback() throws Exception {
    List<Feedback> all = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : records(topics.feedback())) {
      all.add(FeedbackCodec.read(record.key(), record.value()));
    }
    return all;
  }

  private List<ConsumerRecord<byte[], byte[]>> records(String topic) {
    List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
    try (Consumer<byte[], byte[]> consumer = broker.clients().consumer(Map.of())) {
      TopicPartition partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      while (consumer.position(partition) < end) {
        consumer.poll(Duration.ofMillis(100)).forEach(all::add);
      }
    }
    return all;
  }

  private HttpRequest.Builder binary(String path) {
    return server.request(path).header("Content-Type", "application/octet-stream");
  }

  private HttpResponse<String> image(String id, String label, byte[] picture) throws Exception {
    String query = "?id=" + URLEncoder.encode(id, UTF_8);
    query += label.isEmpty() ? "" : "&label=" + label;
    return server.client.send(
        binary("/api/v1/images" + query).POST(BodyPublishers.ofByteArray(picture)).build(),
        BodyHandlers.ofString());
  }

  private int status(String path) throws Exception {
    return server.ask(path).statusCode();
  }

  private String get(String path) throws Exception {
    return server.ask(path).body();
  }

  private String post(String path, String json) throws Exception {
    HttpResponse<String> answer = server.send(path, json);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }
}
