package dev.imprint.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imprint.event.Json;
import dev.imprint.event.StoredRecords;
import dev.imprint.event.Topics;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.ModelVersion.Artifact;
import dev.imprint.model.ModelVersion.Training;
import dev.imprint.model.ModelVersion.TunedNetwork;
import dev.imprint.model.Rollout;
import dev.imprint.model.labels.LabelChanges;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelsTest {
  @Test
  void shouldOrderVersionsByTheirNumbersInWhateverOrderTheyAreRead() {
    Models models = of("v10-aaaaaaaa", "v9-bbbbbbbb", "v2-cccccccc");

    assertThat(models.names()).containsExactly("v2-cccccccc", "v9-bbbbbbbb", "v10-aaaaaaaa");
    assertThat(models.nextName("0123456789abcdef")).isEqualTo("v11-01234567");
  }

  @Test
  void shouldFindAVersionByItsNumberAlone() {
    Models models = of("v1-aaaaaaaa", "v10-bbbbbbbb", "v1-cccccccc");

    assertThat(found(models, "v10")).containsExactly("v10-bbbbbbbb");
    assertThat(found(models, "v1")).containsExactlyInAnyOrder("v1-aaaaaaaa", "v1-cccccccc");
    assertThat(found(models, "v1-cc")).containsExactly("v1-cccccccc");
    assertThat(found(models, "v2")).isEmpty();
  }

  private static List<String> found(Models models, String name) {
    return models.startingWith(name).stream().map(ModelVersion::version).toList();
  }

  @Test
  void shouldBeginWithTheFirstVersionAndNoRollout() {
    assertThat(Models.EMPTY.nextNumber()).isEqualTo(1);
    assertThat(Models.EMPTY.rollout()).isNull();
    assertThat(Models.EMPTY.serving()).isNull();
  }

  @Test
  void shouldTellWhatServesByTheLastRollout() {
    Models models = rolledOut(rolledOut(of("v1-a", "v2-b"), "v1-a", null), "v2-b", "v1-a");

    assertThat(models.serving()).isEqualTo(models.version("v2-b")).isNotNull();
    assertThat(models.rollout()).extracting(Rollout::previous).isEqualTo("v1-a");
  }

  @Test
  void shouldTellWhichBackbonesTheServiceHasOpen() {
    OpenBackbones open = new OpenBackbones("b", "c");

    Models models = of("v1-a").with(Topics.BACKBONES_KEY, Json.encode(open));

    assertThat(models.backbones()).isEqualTo(open);
    assertThat(models.names()).containsExactly("v1-a");
    assertThat(rolledOut(models, "v1-a", null).backbones()).isEqualTo(open);
    Models broken = models.with(Topics.BACKBONES_KEY, "{}".getBytes(UTF_8));
    assertThat(broken.backbones()).isEqualTo(open);
    assertThat(broken.unreadable()).containsOnlyKeys(Topics.BACKBONES_KEY);
  }

  @Test
  void shouldTellWhichPrecisionWasChosen() {
    PrecisionChoice choice = new PrecisionChoice("b", "bf16", "faster", Versions.AT);

    Models models = of("v1-a").with(Topics.PRECISION_KEY, Json.encode(choice));

    assertThat(models.precision()).isEqualTo(choice);
    assertThat(rolledOut(models, "v1-a", null).precision()).isEqualTo(choice);
    for (String broken : List.of("{}", "{\"backbone_id\": \"b\", \"precision\": \"int8\"}")) {
      Models unreadable = models.with(Topics.PRECISION_KEY, broken.getBytes(UTF_8));
      assertThat(unreadable.precision()).isEqualTo(choice);
      assertThat(unreadable.unreadable()).containsOnlyKeys(Topics.PRECISION_KEY);
    }
  }

  /** Also those of a topic from before a precision could be chosen. */
  @Test
  void shouldReadStoredRecords() throws Exception {
    Models before =
        Models.EMPTY
            .with(Topics.ROLLOUT_KEY, StoredRecords.read("rollout.json"))
            .with(Topics.BACKBONES_KEY, StoredRecords.read("backbones.json"))
            .with(Topics.LABELS_KEY, StoredRecords.read("label-changes-3.json"));

    Models models = before.with(Topics.PRECISION_KEY, StoredRecords.read("precision.json"));

    assertThat(before.precision()).isNull();
    assertThat(models.unreadable()).isEmpty();
    assertThat(models.rollout()).isEqualTo(before.rollout()).isNotNull();
    assertThat(models.precision())
        .isEqualTo(
            new PrecisionChoice(
                "5766cadc".repeat(8),
                "bf16",
                "1.6 times as fast as fp32 (100 ms for 24 images rather than 160), with 0 of 503"
                    + " answers changed",
                Instant.parse("2026-11-30T07:20:02.241Z")));
  }

  @Test
  void shouldForgetWhatHasATombstone() {
    Models models = rolledOut(of("v1-a", "v2-b"), "v1-a", null).with("v2-b", null);

    assertThat(models.names()).containsExactly("v1-a");
    assertThat(models.with(Topics.ROLLOUT_KEY, null).rollout()).isNull();
  }

  @Test
  void shouldKeepWhatItKnowsWhereARecordCannotBeReadAndSayWhy() {
    Models models =
        rolledOut(of("v1-a"), "v1-a", null)
            .with(Topics.ROLLOUT_KEY, "{}".getBytes(UTF_8))
            .with("v2-b", "nonsense".getBytes(UTF_8))
            .with("v3-c", Json.encode(Versions.record("v4-d", "b", artifact("dd"))));

    assertThat(models.rollout()).extracting(Rollout::serving).isEqualTo("v1-a");
    assertThat(models.names()).containsExactly("v1-a");
    assertThat(models.unreadable()).containsOnlyKeys(Topics.ROLLOUT_KEY, "v2-b", "v3-c");
    assertThat(models.nextNumber()).as("never a number that was given away").isEqualTo(4);
    assertThat(rolledOut(models, "v1-a", null).unreadable()).doesNotContainKey(Topics.ROLLOUT_KEY);
  }

  @Test
  void shouldLetGoOfTheOldestButNeverOfTheServingVersionAndTheOneBeforeIt() {
    Models models =
        of(IntStream.rangeClosed(1, 9).mapToObj(n -> "v" + n + "-x").toArray(String[]::new));
    models = rolledOut(models, "v2-x", "v4-x");

    List<String> gone = models.beyond(3).stream().map(v -> v.version()).toList();

    assertThat(gone).containsExactly("v1-x", "v3-x", "v5-x", "v6-x");
    assertThat(models.beyond(9)).isEmpty();
    assertThat(models.beyond(Integer.MAX_VALUE)).isEmpty();
  }

  @Test
  void shouldKeepOnlyTheLastRelabelledVersionAfterEachTrainedOne() {
    Models models = relabelled(of("v1-x"), "v2-x", "v3-x", "v4-x");
    models = relabelled(of(models, "v5-x"), "v6-x", "v7-x", "v8-x", "v9-x");
    models = rolledOut(models, "v9-x", "v7-x");

    List<String> gone = models.beyond(2).stream().map(ModelVersion::version).toList();

    assertThat(gone).containsExactly("v2-x", "v3-x", "v6-x", "v8-x");
    assertThat(models.newestTrained()).isEqualTo(models.version("v5-x"));
  }

  @Test
  void shouldKeepTheVersionFineTunedLast() {
    TunedNetwork network = new TunedNetwork("trunk", artifact("ff"), 1, "top");
    Models models = with(Models.EMPTY, Map.of(), network, "v1-x", "v2-x");
    models = of(models, "v3-x", "v4-x", "v5-x", "v6-x", "v7-x");

    List<String> gone = models.beyond(2).stream().map(ModelVersion::version).toList();

    assertThat(gone).containsExactly("v1-x", "v3-x", "v4-x", "v5-x");
  }

  @Test
  void shouldTrainMergedLabelsUntilAVersionHasLearnedThem() {
    Models models = relabelled(of("v1-x"), "v2-x");
    LabelChanges merged = LabelChanges.NONE.mergedBefore(2);
    Models before = models.with(Topics.LABELS_KEY, Json.encode(merged));

    assertThat(models.isToBeTrained()).isFalse();
    assertThat(before.isToBeTrained()).isTrue();
    assertThat(of(before, "v3-x").isToBeTrained()).isFalse();
    Map<String, String> earlierBuilds =
        Map.of(RelabelledVersion.CHANGED, "merge", "labels.to_be_trained", "true");
    assertThat(with(of("v1-x"), earlierBuilds, null, "v2-x").isToBeTrained()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"created_at", "training", "judgement", "head", "manifest", "backbone_id"})
  void shouldNotTakeARecordThatLacksAFieldForAVersion(String field) throws Exception {
    JsonNode record =
        Json.decode(Json.encode(Versions.record("v1-x", "b", artifact("x"))), JsonNode.class);
    ((ObjectNode) record).putNull(field);

    Models models = Models.EMPTY.with("v1-x", Json.encode(record));

    assertThat(models.versions()).isEmpty();
    assertThat(models.unreadable()).containsOnlyKeys("v1-x");
  }

  private static Models relabelled(Models models, String... names) {
    return with(models, Map.of(RelabelledVersion.CHANGED, "rename"), null, names);
  }

  private static Models with(
      Models models,
      Map<String, String> configuration,
      @Nullable TunedNetwork network,
      String... names) {
    for (String name : names) {
      ModelVersion record = Versions.record(name, "b", artifact(name));
      ModelVersion version =
          new ModelVersion(
              name,
              null,
              Versions.AT,
              "b",
              record.labels(),
              record.head(),
              record.manifest(),
              new Training(1, "cpu", 1, Map.of(), configuration, null, null, List.of(), List.of()),
              Versions.candidate(Versions.head(1), true).judgement(),
              network);
      models = models.with(name, Json.encode(version));
    }
    return models;
  }

  private static Models of(String... names) {
    return of(Models.EMPTY, names);
  }

  private static Models of(Models models, String... names) {
    for (String name : names) {
      models = models.with(name, Json.encode(Versions.record(name, "b", artifact(name))));
    }
    return models;
  }

  private static Models rolledOut(Models models, String serving, @Nullable String previous) {
    Rollout rollout = new Rollout(serving, previous, Versions.AT, "anna", "why not");
    return models.with(Topics.ROLLOUT_KEY, Json.encode(rollout));
  }

  private static Artifact artifact(String sha256) {
    return new Artifact(sha256, 0, List.of());
  }
}
