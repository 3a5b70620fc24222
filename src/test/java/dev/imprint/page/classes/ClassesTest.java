package dev.imprint.page.classes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imprint.broker.BrokerExtension;
import dev.imprint.buffer.Example;
import dev.imprint.buffer.Snapshots;
import dev.imprint.event.CommandCodec;
import dev.imprint.event.Json;
import dev.imprint.leader.Leader;
import dev.imprint.leader.TestLeader;
import dev.imprint.model.Command;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.labels.LabelChange;
import dev.imprint.page.commands.LeaderCommands;
import dev.imprint.page.feed.PageProducer;
import dev.imprint.page.watch.LedExamples;
import dev.imprint.rollout.ModelStore;
import dev.imprint.rollout.TestRegistry;
import dev.imprint.rollout.Versions;
import dev.imprint.training.selection.GateConfig;
import dev.imprint.web.api.ApiServer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The view's routes, with a real broker and a real leader, which may be another instance. */
@SuppressWarnings("NullAway.Init")
@Timeout(120)
class ClassesTest {
  @RegisterExtension private static final BrokerExtension broker = new BrokerExtension();

  private static final String PREVIEW = "/api/v1/classes/preview";
  private static final String CHANGES = "/api/v1/classes/changes";

  private TestRegistry registry;
  private ModelStore store;
  private PageProducer producer;
  private ClassRoutes routes;
  private volatile @Nullable LedExamples led; // null: it does not lead
  private ApiServer server;

  @BeforeEach
  void start() throws Exception {
    registry = TestRegistry.createAll(broker.bootstrapServers(), broker.prefix(), 1);
    store = registry.store;
    LearningParts learning = new LearningParts(GateConfig.DEFAULTS, List::of, () -> led);
    producer = new PageProducer(store.clients(), 1);
    LeaderCommands commands = new LeaderCommands(producer, store.topics(), Clock.systemUTC());
    routes = new ClassRoutes(store::models, store, learning, commands, Clock.systemUTC());
    server = ApiServer.start(routes.routes());
  }

  @AfterEach
  void stop() {
    routes.close();
    producer.close();
    server.close();
  }

  @Test
  void shouldListLabelsThinOnesFirstWithTheirState() throws Exception {
    publish();
    label("image-1", "label-0", "anna", "d1");
    label("image-2", "label-0", "ben", "d2");
    label("image-3", "gear", "anna", "d3");

    JsonNode list = server.get("/api/v1/classes", 200);
    JsonNode second = server.get("/api/v1/classes?from=1&limit=1", 200);

    assertThat(list.findValuesAsText("label")).containsExactly("label-1", "gear", "label-0");
    assertThat(list.findValuesAsText("status")).containsExactly("learned", "too_few", "learned");
    assertThat(list.findValuesAsText("examples")).containsExactly("0", "1", "2");
    assertThat(list.get("most").asInt()).isEqualTo(2);
    assertThat(list.get("serving").asText()).isEqualTo(serving());
    assertThat(list.findValue("missing").asInt()).isZero();
    assertThat(second.findValuesAsText("label")).containsExactly("gear");
    assertThat(second.get("total").asInt()).isEqualTo(3);
  }

  @Test
  void shouldShowThePicturesOfALabelByTheirClaims() throws Exception {
    label("image-1", "nut", "anna", "d1");
    label("image-2", "nut", "ben", "d2");

    JsonNode pictures = server.get("/api/v1/classes/pictures?label=nut&limit=1", 200);

    assertThat(pictures.get("total").asInt()).isEqualTo(2);
    assertThat(pictures.get("pictures")).hasSize(1);
    assertThat(pictures.findValuesAsText("sha256")).containsAnyOf("d1", "d2");
    assertThat(server.get("/api/v1/classes/pictures?label=bolt", 200).get("total").asInt())
        .isZero();
  }

  @Test
  void shouldFindContradictionsWithoutLeadingAndSayWhatItCannotFind() throws Exception {
    label("image-1", "nut", "anna", "d1");
    label("image-2", "bolt", "ben", "d1");

    JsonNode suspects = awaitReview("/api/v1/classes/suspects");
    JsonNode duplicates = server.get("/api/v1/classes/duplicates", 200);

    assertThat(suspects.findValuesAsText("image_id")).containsExactly("image-1", "image-2");
    assertThat(suspects.get("review").get("notes").get(0).asText())
        .startsWith("This instance is not the leader");
    assertThat(suspects.get("review").get("judged").asInt()).isZero();
    assertThat(duplicates.get("differing").asInt()).isEqualTo(1);
    assertThat(duplicates.get("duplicates").get(0).get("same_bytes").asBoolean()).isTrue();
  }

  @Test
  void shouldDoubtLabelsAndShowMistakesOnTheInstanceThatLeads() throws Exception {
    publish();
    float[] embedding = {1, 0, 0, 0};
    float[] p = Versions.head(1).probabilities(new float[][] {embedding})[0];
    String right = p[0] > p[1] ? "label-0" : "label-1";
    String wrong = p[0] > p[1] ? "label-1" : "label-0";
    label("image-8", right, "anna", "d8");
    label("image-9", wrong, "anna", "d9");
    led =
        new LedExamples(
            Snapshots.of(
                List.of(
                    example("image-8", right, "d8", embedding),
                    example("image-9", wrong, "d9", embedding))),
            true,
            new Versions.NamedBackbone(Versions.BACKBONE, 4));

    JsonNode suspects = awaitReview("/api/v1/classes/suspects");

    assertThat(suspects.findValuesAsText("image_id")).containsExactly("image-9");
    assertThat(suspects.get("suspects").get(0).get("suggested").get(0).asText()).isEqualTo(right);
    assertThat(suspects.get("review").get("judged").asInt()).isEqualTo(2);
    assertThat(suspects.get("review").get("notes")).isEmpty();
    assertThat(server.get("/api/v1/classes/duplicates", 200).get("total").asInt()).isZero();
  }

  private static Example example(String id, String label, String sha256, float[] embedding) {
    return new Example(id, label, sha256, null, Instant.EPOCH, Embedding.of(embedding));
  }

  @Test
  void shouldProposeToMergeTheRarerSpellings() throws Exception {
    label("image-1", "Hex-Nut", "anna", "d1");
    label("image-2", "hex nut", "anna", "d2");
    label("image-3", "hex nut", "anna", "d3");

    JsonNode groups = server.get("/api/v1/classes/spellings", 200).get("groups");

    assertThat(groups).hasSize(1);
    assertThat(groups.findValuesAsText("examples")).containsExactly("1", "2");
    assertThat(groups.get(0).get("spellings").get(1).get("label").asText()).isEqualTo("hex nut");
  }

  @Test
  void shouldSayBeforehandWhatAChangeWouldDoAndCarryItOut() throws Exception {
    publish();
    label("image-1", "label-0", "anna", "d1");
    String before = serving();
    String rename = change("rename", "label-0", "\"nut\"", null);

    JsonNode preview = server.post(PREVIEW, rename, 200);
    assertThat(preview.get("refusal").isNull()).isTrue();
    assertThat(preview.get("effects").get(0).asText())
        .isEqualTo("Rename 'label-0' to 'nut': 1 labelled picture.");
    assertThat(preview.get("effects").get(1).asText())
        .isEqualTo("A new version takes the place of %s, with the same weights.".formatted(before));
    assertThat(preview.get("expected_serving").asText()).isEqualTo(before);
    assertThat(commands()).as("nothing sent").isEmpty();

    try (Leader leader = TestLeader.start(registry)) {
      server.post(CHANGES, change("rename", "label-0", "\"nut\"", before), 202);
      await().until(() -> "nut".equals(store.models().labelChanges().of("label-0")));
      assertThat(leader.leads()).isTrue();
    }

    assertThat(serving()).isNotEqualTo(before);
    Command sent = commands().get(0);
    assertThat(sent.by()).isEqualTo("the page");
    assertThat(sent.expectedServing()).isEqualTo(before);
    assertThat(sent.change())
        .isEqualTo(new LabelChange(LabelChange.Kind.RENAME, List.of("label-0"), "nut"));
    assertThat(server.get("/api/v1/classes", 200).findValuesAsText("label"))
        .containsExactly("label-1", "nut");
  }

  @Test
  void shouldSayWhyAChangeWouldBeRefused() throws Exception {
    assertThat(refusal(change("retire", "label-0", "null", null))).contains("no leader has run");
    publish();

    assertThat(refusal(change("retire", "gear", "null", null))).contains("no label 'gear'");
    assertThat(refusal(change("rename", "label-0", "\"label-1\"", null)))
        .contains("there is a label 'label-1' already");
  }

  @Test
  void shouldRefuseWhatIsNoChangeAndSendNothing() throws Exception {
    for (String path : List.of(PREVIEW, CHANGES)) {
      server.post(path, change("rename", "nut", "null", null), 422);
      server.post(path, change("retire", "nut", "\"gear\"", null), 422);
      server.post(path, change("rename", "x".repeat(201), "\"nut\"", null), 422);
      server.post(path, change("retire", "nut", "null", "v".repeat(101)), 422);
      server.post(path, change("forget", "nut", "null", null), 422);
      server.post(path, "{\"kind\":\"merge\",\"labels\":[],\"into\":\"nut\"}", 422);
      server.post(path, "{\"labels\":[\"nut\"]}", 422);
      String many = String.join("\",\"", Collections.nCopies(101, "nut"));
      server.post(
          path, "{\"kind\":\"merge\",\"labels\":[\"%s\"],\"into\":\"gear\"}".formatted(many), 422);
    }
    server.get("/api/v1/classes?limit=101", 400);
    server.get("/api/v1/classes?from=-1", 400);
    server.get("/api/v1/classes/pictures", 400);

    assertThat(registry.read(store.topics().commands())).isEmpty();
  }

  @Test
  void shouldShowWhatTheServingVersionConfusesWithoutAny() throws Exception {
    assertThat(server.get("/api/v1/classes/confusions", 200).get("version").isNull()).isTrue();
    publish();

    JsonNode confusions = server.get("/api/v1/classes/confusions", 200);

    assertThat(confusions.get("version").asText()).isEqualTo(serving());
    assertThat(confusions.get("total").asInt()).isZero();
  }

  private String serving() {
    return Objects.requireNonNull(store.models().rollout()).serving();
  }

  private void publish() throws Exception {
    try (Leader leader = TestLeader.start(registry)) {
      Command train =
          new Command(
              "train",
              Command.Kind.RETRAIN,
              null,
              null,
              true,
              Instant.now(),
              Instant.now().plusSeconds(60),
              "a test");
      registry.write(store.topics().commands(), "train", CommandCodec.encode(train));
      await().atMost(Duration.ofSeconds(30)).until(() -> store.models().rollout() != null);
      assertThat(leader.leads()).isTrue();
    }
  }

  private List<Command> commands() throws Exception {
    List<Command> commands = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : registry.read(store.topics().commands())) {
      if (record.value() != null && !CommandCodec.isAnswer(record.value())) {
        commands.add(CommandCodec.read(record.value()));
      }
    }
    return commands.stream().filter(each -> each.kind() == Command.Kind.LABELS).toList();
  }

  private void label(String image, String label, String who, String sha256) throws Exception {
    registry.write(
        store.topics().labels(), image, Json.encode(FindingsTest.label(image, label, who, sha256)));
  }

  private JsonNode awaitReview(String path) throws Exception {
    await().until(() -> !server.get(path, 200).get("review").get("at").isNull());
    return server.get(path, 200);
  }

  private static String change(String kind, String label, String into, @Nullable String expected) {
    return "{\"kind\":\"%s\",\"labels\":[\"%s\"],\"into\":%s,\"expected_serving\":%s}"
        .formatted(kind, label, into, expected == null ? "null" : '"' + expected + '"');
  }

  private String refusal(String change) throws Exception {
    return server.post(PREVIEW, change, 200).get("refusal").asText();
  }
}
