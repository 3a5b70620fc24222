package dev.imprint.page.understand;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imprint.broker.BrokerExtension;
import dev.imprint.buffer.BufferSnapshot;
import dev.imprint.buffer.Example;
import dev.imprint.buffer.Snapshots;
import dev.imprint.event.DeadLetter;
import dev.imprint.event.FeedbackCodec;
import dev.imprint.event.Json;
import dev.imprint.event.PredictionCodec;
import dev.imprint.event.RecordParts;
import dev.imprint.event.Sha256;
import dev.imprint.event.Topics;
import dev.imprint.model.Claim;
import dev.imprint.model.Feedback;
import dev.imprint.model.Label;
import dev.imprint.model.Prediction;
import dev.imprint.model.Predictions;
import dev.imprint.model.Verdict;
import dev.imprint.model.Why;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.head.Score;
import dev.imprint.page.watch.LedExamples;
import dev.imprint.page.watch.StoredOrCopied;
import dev.imprint.pipeline.learning.KafkaPictureReader;
import dev.imprint.rollout.ModelStore;
import dev.imprint.rollout.Models;
import dev.imprint.web.api.ApiServer;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The routes, before a real broker. */
@SuppressWarnings("NullAway.Init")
@Timeout(120)
class UnderstandTest {
  @RegisterExtension private static final BrokerExtension broker = new BrokerExtension();

  private static final byte[] BRIGHT = {(byte) 200};
  private static final Instant CAME = Instant.parse("2026-11-30T08:00:00Z");

  private final ToyNetwork network = new ToyNetwork();
  private volatile @Nullable BufferSnapshot examples;
  private volatile boolean headless;
  private Topics topics;
  private Producer<byte[], byte[]> producer;
  private KafkaPictureReader pictures;
  private KafkaPictureReader copies;
  private UnderstandRoutes routes;
  private ApiServer server;

  @BeforeEach
  void start() throws Exception {
    topics = broker.createTopics(3);
    producer = broker.clients().producer(1 << 20);
    pictures = new KafkaPictureReader(broker.clients(), topics.images());
    copies = new KafkaPictureReader(broker.clients(), topics.pictures());
    routes =
        new UnderstandRoutes(
            new Insight(() -> network.lend(headless), this::led, 4),
            new StoredOrCopied(pictures, copies, this::led, topics),
            network::decoder,
            () -> Models.EMPTY,
            new ModelStore(broker.clients(), topics));
    server = ApiServer.start(routes.routes());
  }

  private @Nullable LedExamples led() {
    BufferSnapshot its = examples;
    return its == null ? null : new LedExamples(its, true, network);
  }

  @AfterEach
  void stop() {
    server.close();
    routes.close();
    pictures.close();
    copies.close();
    producer.close();
  }

  @Test
  void shouldFindAPictureByItsIdAlone() throws Exception {
    Claim claim = send("camera 1/ä", BRIGHT);
    predict("another", claim(1));
    predict("camera 1/ä", claim);

    JsonNode found = server.get("/api/v1/understand?image_id=" + encoded("camera 1/ä"), 200);

    assertThat(Json.decode(Json.encode(found.get("claim")), Claim.class)).isEqualTo(claim);
    assertThat(found.get("received_at").asText()).isEqualTo(CAME.toString());
    assertThat(found.get("stored").asBoolean()).isTrue();
    assertThat(found.get("picture").asText()).contains("/api/v1/pictures/", claim.sha256());
    assertThat(found.get("predictions").findValuesAsText("model_version")).containsExactly("v1");
    assertThat(found.get("limits")).isEmpty();
  }

  @Test
  void shouldFindAPictureByItsPlaceAmongOthersOfItsId() throws Exception {
    Claim first = send("id", BRIGHT);
    Claim second = send("id", new byte[] {7});
    predict("id", first);
    predict("id", second);

    JsonNode found = server.get("/api/v1/understand?image_id=id&at=" + at(first), 200);
    JsonNode newest = server.get("/api/v1/understand?image_id=id", 200);

    assertThat(found.get("claim").get("sha256").asText()).isEqualTo(first.sha256());
    assertThat(found.get("predictions")).hasSize(1);
    assertThat(newest.get("claim").get("sha256").asText()).isEqualTo(second.sha256());
    assertThat(newest.get("predictions")).hasSize(2);
  }

  @Test
  void shouldFindALabelledPictureWhosePredictionAndRecordAreGone() throws Exception {
    Claim claim = claim(1_000_000);
    label("old", "nut", claim);
    examples = Snapshots.of(List.of(example("old", claim.sha256(), 1)));

    JsonNode found = server.get("/api/v1/understand?image_id=old", 200);

    assertThat(found.get("stored").asBoolean()).isFalse();
    assertThat(found.get("picture").asText()).startsWith("/api/v1/examples/0/0/");
    assertThat(found.get("predictions")).isEmpty();
  }

  @Test
  void shouldSayWhyAPictureWasNotClassified() throws Exception {
    Claim claim = send("torn", new byte[] {ToyNetwork.BROKEN});
    reject("torn", claim, "a JPEG that ends early");

    JsonNode byId = server.get("/api/v1/understand?image_id=torn", 200);
    JsonNode byPlace = server.get("/api/v1/understand?image_id=torn&at=" + at(claim), 200);

    assertThat(byId.get("dead_letter").get("message").asText()).isEqualTo("a JPEG that ends early");
    assertThat(byPlace.get("dead_letter")).isEqualTo(byId.get("dead_letter"));
    assertThat(server.get(answer(claim), 404).get("detail").asText()).contains("cannot be decoded");
  }

  @Test
  void shouldSayThatItFindsNothing() throws Exception {
    Claim other = send("other", BRIGHT);

    assertThat(server.get("/api/v1/understand?image_id=nobody", 404).get("detail").asText())
        .contains("no prediction, label or dead letter of 'nobody' was found");
    assertThat(
            server
                .get("/api/v1/understand?image_id=nobody&at=" + at(other), 404)
                .get("detail")
                .asText())
        .contains("is of the image 'other', not of 'nobody'");
    assertThat(server.get("/api/v1/understand?image_id=nobody&at=0-999", 404).get("status").asInt())
        .isEqualTo(404);
  }

  @Test
  void shouldGiveTheProbabilityOfEachLabelBestFirst() throws Exception {
    JsonNode answer = server.get(answer(send("id", BRIGHT)), 200);

    assertThat(answer.get("version").asText()).isEqualTo("v1");
    assertThat(answer.get("role").asText()).isEqualTo("serving");
    assertThat(answer.get("scores").findValuesAsText("label")).containsExactly("nut", "gear");
    float nut = answer.get("scores").get(0).get("confidence").floatValue();
    double logit = (200 - 127.5) / 32;
    assertThat(nut).isCloseTo((float) (1 / (1 + Math.exp(-2 * logit))), within());
    assertThat(answer.get("near").get("leads").asBoolean()).as("no buffer here").isFalse();
  }

  @Test
  void shouldAnswerWithoutAHead() throws Exception {
    headless = true;

    assertThat(server.get(answer(send("id", BRIGHT)), 200).get("scores")).isEmpty();
  }

  @Test
  void shouldShowTheNearestLabelledPicturesWithoutThePictureItself() throws Exception {
    Claim claim = send("id", BRIGHT);
    examples =
        Snapshots.of(
            List.of(
                example("far", "0".repeat(64), -9),
                example("id", claim.sha256(), 9),
                example("near", "1".repeat(64), 2)));

    JsonNode near = server.get(answer(claim), 200).get("near");

    assertThat(near.get("compared").asInt()).as("not with itself").isEqualTo(2);
    assertThat(near.get("examples").findValuesAsText("image_id")).containsExactly("near", "far");
    assertThat(near.get("examples").get(0).get("thumbnail").asText())
        .isEqualTo("/api/v1/examples/0/0/" + "1".repeat(64));
    assertThat(network.embedded).as("its own embedding was known").hasValue(1);
  }

  @Test
  void shouldAskAboutTheCopyOfAPictureWhoseRecordIsGone() throws Exception {
    byte[] id = "old".getBytes(UTF_8);
    producer.send(new ProducerRecord<>(topics.pictures(), 0, id, BRIGHT)).get();
    String sha256 = Sha256.hex(BRIGHT);
    examples = Snapshots.of(List.of(example("old", sha256, 1)));
    Claim gone = new Claim(topics.images(), 0, 1_000_000, sha256);

    assertThat(server.get(answer(gone), 200).get("scores")).hasSize(2);
    HttpResponse<String> copy = server.ask("/api/v1/examples/0/0/" + sha256);
    assertThat(copy.headers().firstValue("Content-Type")).hasValue("image/jpeg");
    examples = null;
    assertThat(server.get(answer(gone), 404).get("detail").asText()).contains("no copy");
  }

  @Test
  void shouldTellWhatWasSaidAndWhatCameOfIt() throws Exception {
    Claim claim = send("id", BRIGHT);
    Feedback wrong = new Feedback("id", null, Verdict.INCORRECT, claim, "ada", Why.WRONG, CAME);
    producer.send(FeedbackCodec.record(topics.feedback(), wrong)).get();
    Feedback other = new Feedback("other", "nut", null, claim, "bob", Why.OTHER, CAME);
    producer.send(FeedbackCodec.record(topics.feedback(), other)).get();
    label("id", "gear", claim);

    JsonNode history = server.get("/api/v1/understand/history?image_id=id", 200);

    assertThat(history.get("events").findValuesAsText("what"))
        .containsExactlyInAnyOrder("said: incorrect", "labelled 'gear'");
    assertThat(history.get("events").findValuesAsText("who")).contains("ada").doesNotContain("bob");
    assertThat(history.get("limits")).isEmpty();
  }

  @Test
  void shouldRefuseWhatIsNoPicture() throws Exception {
    String digest = "0".repeat(64);
    server.get("/api/v1/understand", 400);
    server.get("/api/v1/understand?image_id=", 400);
    server.get("/api/v1/understand?image_id=" + encoded("ä".repeat(600)), 422);
    server.get("/api/v1/understand?image_id=a&at=1", 400);
    server.get("/api/v1/understand/answer?image_id=a&at=0-0", 400);
    server.get("/api/v1/understand/answer?image_id=a&at=0-0&sha256=" + digest, 404);
    server.get("/api/v1/understand/versions?sha256=ab", 400);
    server.get("/api/v1/understand/occlusion?at=0-0&sha256=" + digest + "&label=bolt", 422);
    server.get("/api/v1/understand/occlusion?at=0-0&sha256=" + digest + "&label=nut", 404);
  }

  @Test
  void shouldMakeAnOcclusionMap() throws Exception {
    Claim claim = send("id", BRIGHT);

    HttpResponse<String> map =
        server.ask(
            "/api/v1/understand/occlusion?label=nut&at=%s&sha256=%s"
                .formatted(at(claim), claim.sha256()));

    assertThat(map.headers().firstValue("Content-Type")).hasValue("text/event-stream");
    assertThat(map.body()).contains("event: begin", "event: cells", "\"problem\":null");
  }

  private static org.assertj.core.data.Offset<Float> within() {
    return org.assertj.core.data.Offset.offset(1e-4f);
  }

  private String answer(Claim claim) {
    return "/api/v1/understand/answer?image_id=id&at=%s&sha256=%s"
        .formatted(at(claim), claim.sha256());
  }

  private static String at(Claim claim) {
    return claim.partition() + "-" + claim.offset();
  }

  private Claim claim(long offset) {
    return new Claim(topics.images(), 0, offset, "0".repeat(64));
  }

  private static Example example(String id, String sha256, float towardsNut) {
    return new Example(id, "nut", sha256, null, CAME, Embedding.of(towardsNut, 1));
  }

  private Claim send(String id, byte[] picture) throws Exception {
    RecordMetadata at =
        producer
            .send(
                new ProducerRecord<>(
                    topics.images(), null, CAME.toEpochMilli(), id.getBytes(UTF_8), picture))
            .get();
    return new Claim(topics.images(), at.partition(), at.offset(), Sha256.hex(picture));
  }

  private void predict(String id, Claim claim) throws Exception {
    Prediction prediction =
        Predictions.of(
            id, claim, CAME, CAME.plusMillis(claim.offset() + 1), new Score("nut", 0.9f));
    producer
        .send(
            new ProducerRecord<>(
                topics.predictions(),
                null,
                CAME.toEpochMilli(),
                id.getBytes(UTF_8),
                PredictionCodec.JSON.encode(prediction)))
        .get();
  }

  private void label(String id, String label, Claim claim) throws Exception {
    Label its = new Label(id, label, claim, null, null, CAME, claim);
    producer
        .send(new ProducerRecord<>(topics.labels(), id.getBytes(UTF_8), Json.encode(its)))
        .get();
  }

  private void reject(String id, Claim claim, String message) throws Exception {
    DeadLetter letter =
        new DeadLetter(
            "broken_image", message, claim.topic(), claim.partition(), claim.offset(), CAME, 1);
    producer
        .send(
            new ProducerRecord<>(
                topics.imagesDlq(),
                null,
                CAME.toEpochMilli(),
                id.getBytes(UTF_8),
                BRIGHT,
                letter.headers(RecordParts.headers())))
        .get();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }
}
