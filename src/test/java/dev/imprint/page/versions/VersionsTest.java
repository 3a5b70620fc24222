package dev.imprint.page.versions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.imprint.broker.BrokerExtension;
import dev.imprint.event.Json;
import dev.imprint.leader.Leader;
import dev.imprint.leader.TestLeader;
import dev.imprint.model.CheckResult;
import dev.imprint.page.commands.LeaderCommands;
import dev.imprint.page.feed.InstanceState;
import dev.imprint.page.feed.PageProducer;
import dev.imprint.rollout.ModelStore;
import dev.imprint.rollout.TestRegistry;
import dev.imprint.web.api.ApiServer;
import dev.imprint.web.api.EventReader;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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

  private final List<Leader> leaders = new ArrayList<>();
  private TestRegistry registry;
  private ModelStore store;
  private PageProducer producer;
  private VersionsFeed feed;
  private VersionRoutes routes;
  private ApiServer server;

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
    producer = new PageProducer(store.clients(), 1);
    LeaderCommands commands = new LeaderCommands(producer, store.topics(), Clock.systemUTC());
    routes = new VersionRoutes(feed, store::models, store, registry.applicationId, commands);
    server = ApiServer.start(routes.routes());
  }

  @AfterEach
  void stop() {
    leaders.forEach(Leader::close);
    feed.close();
    server.close();
    routes.close();
    producer.close();
  }

  @Test
  void shouldTrainRollBackAndPromoteAsTheCommandLineDoes() throws Exception {
    lead();
    try (EventReader browser = browser()) {
      String first = trained(browser);
      String second = trained(browser);
      assertThat(serving()).isEqualTo(second);

      JsonNode rollback = server.get("/api/v1/rollback", 200);
      server.post("/api/v1/rollback", DECIDE.formatted(rollback.get("expected_serving")), 202);
      awaitCommand(browser, "\"state\":\"done\",\"message\":\"rolled back\",\"result\":\"" + first);

      assertThat(rollback.get("version").asText()).isEqualTo(first);
      assertThat(rollback.get("effects").get(0).asText())
          .isEqualTo(
              "%s serves again in place of %s, on each instance, from its next batch of images on."
                  .formatted(first, second));
      assertThat(serving()).isEqualTo(first);
      assertThat(state(second)).isEqualTo("rolled_back");

      server.post(promotion(second), DECIDE.formatted('"' + first + '"'), 202);
      awaitCommand(browser, "\"state\":\"done\",\"message\":\"promoted\",\"result\":\"" + second);
      assertThat(serving()).isEqualTo(second);
      assertThat(state(first)).isEqualTo("previous");
      await().until(() -> browser.has("now", "\"serving\":\"" + second));
    }
  }

  @Test
  void shouldRefuseADecisionIfAnotherVersionServesByThen() throws Exception {
    lead();
    try (EventReader browser = browser()) {
      String first = trained(browser);
      String second = trained(browser);

      server.post(promotion(first), DECIDE.formatted('"' + first + '"'), 202);

      awaitCommand(browser, "%s serves, not %s".formatted(second, first));
      assertThat(serving()).isEqualTo(second);
    }
  }

  @Test
  void shouldSayBeforehandWhyItWouldBeRefused() throws Exception {
    assertThat(server.get("/api/v1/trainings", 200).get("refusal").asText())
        .contains("no leader has run");
    assertThat(server.get("/api/v1/rollback", 200).get("refusal").asText())
        .contains("no leader has run");
    lead();
    try (EventReader browser = browser()) {
      String first = trained(browser);

      assertThat(server.get("/api/v1/rollback", 200).get("refusal").asText())
          .contains(first + " was the first version to be rolled out");
      assertThat(server.get(promotion(first), 200).get("refusal").asText())
          .isEqualTo(first + " is already serving");
      assertThat(server.get("/api/v1/trainings", 200).get("refusal").isNull()).isTrue();
    }
  }

  @Test
  void shouldSendEachCommandWithItsOutcomeToBrowsersThatComeLater() throws Exception {
    lead();
    String version;
    try (EventReader browser = browser()) {
      version = trained(browser);
    }

    try (EventReader later = browser()) {
      awaitCommand(later, "\"result\":\"" + version);
      assertThat(later.has("command", "\"kind\":\"retrain\"")).isTrue();
    }
  }

  @Test
  void shouldListVersionsPageByPageTheNewestFirst() throws Exception {
    lead();
    try (EventReader browser = browser()) {
      String first = trained(browser);
      String second = trained(browser);

      JsonNode page = server.get("/api/v1/versions?limit=1", 200);
      JsonNode next =
          server.get("/api/v1/versions?limit=1&before=" + page.get("next").asText(), 200);

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
    try (EventReader browser = browser()) {
      String first = trained(browser);
      String second = trained(browser);

      JsonNode changes = server.get("/api/v1/versions/" + second + "/changes", 200);

      assertThat(server.get("/api/v1/versions/" + second, 200).get("before").asText())
          .isEqualTo(first);
      assertThat(changes.get("against").asText()).isEqualTo(first);
      assertThat(changes.get("common").asInt()).isEqualTo(2);
      assertThat(server.get("/api/v1/versions/" + first + "/changes", 404).get("detail").asText())
          .isEqualTo("there is no version before " + first);
    }
  }

  @Test
  void shouldShowTheWholeRecordOfAVersion() throws Exception {
    lead();
    try (EventReader browser = browser()) {
      String version = trained(browser);

      JsonNode detail = server.get("/api/v1/versions/" + version, 200);

      JsonNode record =
          JSON.readTree(Json.encode(Objects.requireNonNull(store.models().serving())));
      assertThat(detail.get("model")).isEqualTo(record);
      assertThat(detail.get("summary").get("verdict").asText()).isEqualTo("better");
    }
  }

  @Test
  void shouldAnswerWhatCannotBeDoneWithAProblem() throws Exception {
    assertThat(server.get("/api/v1/versions/v9", 404).get("detail").asText())
        .isEqualTo("there is no version yet: train one");
    server.get("/api/v1/versions?limit=0", 400);
    server.get("/api/v1/versions?before=v9", 404);
    server.get("/api/v1/versions/" + "v".repeat(101), 400);
    server.post("/api/v1/trainings", "{\"fine_tune\":\"maybe\"}", 422);
    server.post("/api/v1/rollback", DECIDE.formatted('"' + "v".repeat(101) + '"'), 422);
    assertThat(registry.read(store.topics().commands())).isEmpty();
  }

  @Test
  void shouldReadNothingWhileNoBrowserIsConnected() throws Exception {
    assertThat(isReading()).isFalse();
    try (EventReader browser = browser()) {
      await().until(() -> browser.has("now", "\"health\":\"up\""));
      assertThat(isReading()).isTrue();
    }

    await().atMost(Duration.ofSeconds(30)).until(() -> !isReading());
  }

  private static boolean isReading() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().equals("imprint-versions"));
  }

  private String serving() {
    return Objects.requireNonNull(store.models().rollout()).serving();
  }

  private String state(String version) throws Exception {
    return server.get("/api/v1/versions/" + version, 200).get("summary").get("state").asText();
  }

  private static String promotion(String version) {
    return "/api/v1/versions/" + version + "/promotion";
  }

  /** Trains by the page; the version that came of it. */
  private String trained(EventReader browser) throws Exception {
    String id = server.post("/api/v1/trainings", TRAIN, 202).get("id").asText();
    awaitCommand(browser, "\"id\":\"" + id, "\"state\":\"done\"");
    return serving();
  }

  private void lead() {
    leaders.add(TestLeader.start(registry));
  }

  private EventReader browser() throws Exception {
    return new EventReader(server.open("/api/v1/commands"));
  }

  private static void awaitCommand(EventReader browser, String... parts) {
    await().atMost(Duration.ofSeconds(30)).until(() -> browser.has("command", parts));
  }
}
