package dev.imprint.page.versions;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.imprint.broker.BrokerExtension;
import dev.imprint.event.Json;
import dev.imprint.event.Topics;
import dev.imprint.leader.Answers;
import dev.imprint.leader.Leader;
import dev.imprint.leader.Leadership;
import dev.imprint.leader.LearningMetrics;
import dev.imprint.leader.TestRetraining;
import dev.imprint.leader.Triggers;
import dev.imprint.model.CheckResult;
import dev.imprint.page.feed.InstanceState;
import dev.imprint.rollout.ModelStore;
import dev.imprint.rollout.TestRegistry;
import dev.imprint.web.HttpServer;
import dev.imprint.web.api.Api;
import dev.imprint.web.api.ApiServer;
import dev.imprint.web.api.Callers;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Scanner;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The view's routes, with a real broker and a real leader that trains as the test says. */
@SuppressWarnings("NullAway.Init")
@Timeout(120)
class VersionsTest {
  @RegisterExtension private static final BrokerExtension broker = new BrokerExtension();

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TRAIN = "{\"fine_tune\":false,\"force\":false}";
  private static final String DECIDE = "{\"expected_serving\":%s}";

  private final HttpClient client = HttpClient.newHttpClient();
  private final List<Leader> leaders = new ArrayList<>();
  private TestRegistry registry;
  private ModelStore store;
  private VersionsFeed feed;
  private Api api;
  private HttpServer server;

  @BeforeEach
  void start() throws Exception {
    registry = TestRegistry.createAll(broker.bootstrapServers(), broker.prefix(), 1);
    store = registry.store;
    feed =
        new VersionsFeed(
            store.clients(),
            store.topics(),
            () -> new InstanceState(CheckResult.Status.UP, "v1"),
            store::models);
    api =
        new Api(
            new VersionRoutes(feed, store::models, store, registry.applicationId, Clock.systemUTC())
                .routes(),
            Callers.ANYBODY);
    server = ApiServer.start(api);
  }

  @AfterEach
  void stop() {
    leaders.forEach(Leader::close);
    feed.close();
    api.close();
    server.close();
  }

  @Test
  void shouldTrainRollBackAndPromoteAsTheCommandLineDoes() throws Exception {
    lead();
    try (Browser browser = new Browser()) {
      String first = trained(browser);
      String second = trained(browser);
      assertThat(serving()).isEqualTo(second);

      JsonNode rollback = get("/api/v1/rollback", 200);
      post("/api/v1/rollback", DECIDE.formatted(rollback.get("expected_serving")), 202);
      browser.awaitCommand("\"state\":\"done\",\"message\":\"rolled back\",\"result\":\"" + first);

      assertThat(rollback.get("version").asText()).isEqualTo(first);
      assertThat(rollback.get("effects").get(0).asText())
          .isEqualTo(
              "%s serves again in place of %s, on each instance, from its next batch of images on."
                  .formatted(first, second));
      assertThat(serving()).isEqualTo(first);
      assertThat(state(second)).isEqualTo("rolled_back");

      post(promotion(second), DECIDE.formatted('"' + first + '"'), 202);
      browser.awaitCommand("\"state\":\"done\",\"message\":\"promoted\",\"result\":\"" + second);
      assertThat(serving()).isEqualTo(second);
      assertThat(state(first)).isEqualTo("previous");
      await().until(() -> browser.has("now", "\"serving\":\"" + second));
    }
  }

  @Test
  void shouldRefuseADecisionIfAnotherVersionServesByThen() throws Exception {
    lead();
    try (Browser browser = new Browser()) {
      String first = trained(browser);
      String second = trained(browser);

      post(promotion(first), DECIDE.formatted('"' + first + '"'), 202);

      browser.awaitCommand("%s serves, not %s".formatted(second, first));
      assertThat(serving()).isEqualTo(second);
    }
  }

  @Test
  void shouldSayBeforehandWhyItWouldBeRefused() throws Exception {
    assertThat(get("/api/v1/trainings", 200).get("refusal").asText()).contains("no leader has run");
    assertThat(get("/api/v1/rollback", 200).get("refusal").asText()).contains("no leader has run");
    lead();
    try (Browser browser = new Browser()) {
      String first = trained(browser);

      assertThat(get("/api/v1/rollback", 200).get("refusal").asText())
          .contains(first + " was the first version to be rolled out");
      assertThat(get(promotion(first), 200).get("refusal").asText())
          .isEqualTo(first + " is already serving");
      assertThat(get("/api/v1/trainings", 200).get("refusal").isNull()).isTrue();
    }
  }

  @Test
  void shouldSendEachCommandWithItsOutcomeToBrowsersThatComeLater() throws Exception {
    lead();
    String version;
    try (Browser browser = new Browser()) {
      version = trained(browser);
    }

    try (Browser later = new Browser()) {
      later.awaitCommand("\"result\":\"" + version);
      assertThat(later.has("command", "\"kind\":\"retrain\"")).isTrue();
    }
  }

  @Test
  void shouldListVersionsPageByPageTheNewestFirst() throws Exception {
    lead();
    try (Browser browser = new Browser()) {
      String first = trained(browser);
      String second = trained(browser);

      JsonNode page = get("/api/v1/versions?limit=1", 200);
      JsonNode next = get("/api/v1/versions?limit=1&before=" + page.get("next").asText(), 200);

      assertThat(page.get("total").asInt()).isEqualTo(2);
      assertThat(page.get("versions").findValuesAsText("version")).containsExactly(second);
      assertThat(next.get("versions").findValuesAsText("version")).containsExactly(first);
      assertThat(next.get("next").isNull()).isTrue();
      assertThat(page.get("rollout").get("by").asText()).isEqualTo("the page");
    }
  }

  @Test
  void shouldCompareAVersionWithTheOneThatServedBefore() throws Exception {
    lead();
    try (Browser browser = new Browser()) {
      String first = trained(browser);
      String second = trained(browser);

      JsonNode changes = get("/api/v1/versions/" + second + "/changes", 200);

      assertThat(get("/api/v1/versions/" + second, 200).get("before").asText()).isEqualTo(first);
      assertThat(changes.get("against").asText()).isEqualTo(first);
      assertThat(changes.get("common").asInt()).isEqualTo(2);
      assertThat(get("/api/v1/versions/" + first + "/changes", 404).get("detail").asText())
          .isEqualTo("there is no version before " + first);
    }
  }

  @Test
  void shouldShowTheWholeRecordOfAVersion() throws Exception {
    lead();
    try (Browser browser = new Browser()) {
      String version = trained(browser);

      JsonNode detail = get("/api/v1/versions/" + version, 200);

      JsonNode record =
          JSON.readTree(Json.encode(Objects.requireNonNull(store.models().serving())));
      assertThat(detail.get("model")).isEqualTo(record);
      assertThat(detail.get("summary").get("verdict").asText()).isEqualTo("better");
    }
  }

  @Test
  void shouldAnswerWhatCannotBeDoneWithAProblem() throws Exception {
    assertThat(get("/api/v1/versions/v9", 404).get("detail").asText())
        .isEqualTo("there is no version yet: train one");
    get("/api/v1/versions?limit=0", 400);
    get("/api/v1/versions?before=v9", 404);
    get("/api/v1/versions/" + "v".repeat(101), 400);
    post("/api/v1/trainings", "{\"fine_tune\":\"maybe\"}", 422);
    post("/api/v1/rollback", DECIDE.formatted('"' + "v".repeat(101) + '"'), 422);
    assertThat(registry.read(topics().commands())).isEmpty();
  }

  @Test
  void shouldReadNothingWhileNoBrowserIsConnected() throws Exception {
    assertThat(isReading()).isFalse();
    try (Browser browser = new Browser()) {
      await().until(() -> browser.has("now", "\"health\":\"up\""));
      assertThat(isReading()).isTrue();
    }

    await().atMost(Duration.ofSeconds(30)).until(() -> !isReading());
  }

  private static boolean isReading() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().equals("imprint-versions"));
  }

  private Topics topics() {
    return store.topics();
  }

  private String serving() {
    return Objects.requireNonNull(store.models().rollout()).serving();
  }

  private String state(String version) throws Exception {
    return get("/api/v1/versions/" + version, 200).get("summary").get("state").asText();
  }

  private static String promotion(String version) {
    return "/api/v1/versions/" + version + "/promotion";
  }

  /** Trains by the page; the version that came of it. */
  private String trained(Browser browser) throws Exception {
    String id = post("/api/v1/trainings", TRAIN, 202).get("id").asText();
    browser.awaitCommand("\"id\":\"" + id, "\"state\":\"done\"");
    return serving();
  }

  private void lead() {
    Leader leader =
        new Leader(
            store.clients(), registry.applicationId + "-leader", topics().commands(), this::lead);
    leaders.add(leader);
    leader.start();
    await().atMost(Duration.ofSeconds(30)).until(leader::leads);
  }

  private Leadership lead(Consumer<byte[], byte[]> member) {
    Producer<byte[], byte[]> producer = registry.producer();
    return new Leadership(
        registry.publisher(producer, 20),
        new Answers(
            producer,
            new TopicPartition(topics().commands(), 0),
            topics().feedbackDlq(),
            member::groupMetadata,
            Clock.systemUTC()),
        new TestRetraining(),
        Triggers.of(Triggers.after(0)),
        LearningMetrics.NOOP,
        Clock.systemUTC());
  }

  private JsonNode get(String path, int status) throws Exception {
    return answer(request(path), status);
  }

  private JsonNode post(String path, String body, int status) throws Exception {
    return answer(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body)),
        status);
  }

  private JsonNode answer(HttpRequest.Builder request, int status) throws Exception {
    var response = client.send(request.build(), BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    return JSON.readTree(response.body());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
  }

  /** Collects the events of one stream. */
  private final class Browser implements AutoCloseable {
    private final Queue<String> events = new ConcurrentLinkedQueue<>();
    private final InputStream stream;

    Browser() throws Exception {
      stream =
          client.send(request("/api/v1/commands").build(), BodyHandlers.ofInputStream()).body();
      Thread reading = new Thread(this::read, "browser");
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

    boolean has(String event, String... parts) {
      return events.stream()
          .filter(each -> each.startsWith("event: " + event + "\n"))
          .anyMatch(each -> List.of(parts).stream().allMatch(each::contains));
    }

    void awaitCommand(String... parts) {
      await().atMost(Duration.ofSeconds(30)).until(() -> has("command", parts));
    }

    @Override
    public void close() throws Exception {
      stream.close();
    }
  }
}
