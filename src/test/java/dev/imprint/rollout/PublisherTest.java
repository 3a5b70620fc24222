package dev.imprint.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.broker.BrokerExtension;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.ModelVersion.Artifact;
import dev.imprint.model.ModelVersion.Chunk;
import dev.imprint.model.Rollout;
import dev.imprint.model.head.DenseHead;
import dev.imprint.training.Candidate;
import java.io.IOException;
import java.util.List;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@SuppressWarnings("NullAway.Init")
class PublisherTest {
  @RegisterExtension private static final BrokerExtension broker = new BrokerExtension();

  private TestRegistry registry;
  private Producer<byte[], byte[]> producer;
  private Publisher publisher;

  @BeforeEach
  void open() throws Exception {
    registry = TestRegistry.create(broker.bootstrapServers(), broker.prefix());
    producer = registry.producer();
    publisher = registry.publisher(producer, 20);
  }

  @AfterEach
  void close() {
    publisher.close();
    producer.close();
  }

  @Test
  void shouldPublishAndRollOutAVersionThatCanBeReadBack() throws Exception {
    DenseHead head = Versions.head(1);

    ModelVersion version = publish(1, null);

    Models models = registry.assertConsistent();
    assertThat(models).isEqualTo(publisher.models());
    assertThat(models.serving()).isEqualTo(version);
    assertThat(version.version()).matches("v1-[0-9a-f]{8}");
    assertThat(registry.store.head(version).head().weights()).isEqualTo(head.weights());
    assertThat(registry.store.manifest(version))
        .asString(UTF_8)
        .isEqualTo(
            """
            {"image_id":"image-1","sha256":"ab","label":"label-0"}
            {"image_id":"image-2","sha256":"cd","label":"label-1"}
            """);
  }

  @Test
  void shouldRecordARefusedCandidateWithoutRollingItOut() throws Exception {
    ModelVersion first = publish(1, null);

    ModelVersion refused =
        publisher.publish(
            Versions.candidate(Versions.head(2), false),
            first.version(),
            "leader",
            Publisher.NOTHING_MORE);

    Models models = registry.assertConsistent();
    assertThat(models.names()).containsExactly(first.version(), refused.version());
    assertThat(models.serving()).isEqualTo(first);
  }

  @Test
  void shouldCutALargeHeadIntoChunks() throws Exception {
    DenseHead head = Versions.head(Versions.BACKBONE, 1280, 300, 1);

    ModelVersion version =
        publisher.publish(Versions.candidate(head, true), null, "leader", Publisher.NOTHING_MORE);

    assertThat(version.head().chunks()).hasSizeGreaterThan(2);
    assertThat(registry.store.head(version).head().weights()).isEqualTo(head.weights());
  }

  @Test
  void shouldPublishANetworkWithItsHeadAndDeleteItWithTheVersion() throws Exception {
    reopen(1);
    byte[] weights = "w".repeat(2 * ArtifactReader.CHUNK_BYTES).getBytes(UTF_8);

    ModelVersion tuned =
        publisher.publish(Tunable.candidate(weights, 1), null, "leader", Publisher.NOTHING_MORE);

    assertThat(registry.assertConsistent().serving()).isEqualTo(tuned);
    assertThat(tuned.trunkId()).isEqualTo(Versions.BACKBONE);
    assertThat(tuned.backboneId()).isEqualTo(Tunable.tunedId(weights));
    assertThat(registry.store.network(tuned)).isEqualTo(weights);
    assertThat(chunkKeys()).hasSize(4);
    ModelVersion second = publish(2, tuned.version());
    assertThat(registry.store.network(second)).isNull();
    ModelVersion third = publish(3, second.version());
    assertThat(registry.assertConsistent().names())
        .as("it tells which labels are new to the network")
        .contains(tuned.version());
    publisher.publish(
        Tunable.candidate("w".getBytes(UTF_8), 4),
        third.version(),
        "leader",
        Publisher.NOTHING_MORE);
    publisher.clean();
    assertThat(registry.assertConsistent().names()).doesNotContain(tuned.version());
    assertThat(chunkKeys()).hasSize(4);
  }

  @Test
  void shouldNotPromoteAVersionWhoseNetworkIsIncomplete() throws Exception {
    ModelVersion first = publish(1, null);
    ModelVersion tuned =
        new ModelVersion(
            "v2-tuned",
            null,
            Versions.AT,
            first.backboneId(),
            first.labels(),
            first.head(),
            first.manifest(),
            first.training(),
            first.judgement(),
            new ModelVersion.TunedNetwork(
                Versions.BACKBONE,
                new Artifact("ab".repeat(32), 7, List.of(new Chunk(0, 0))),
                1,
                "top"));
    registry.write(tuned);
    reopen(20);

    assertRefused("v2-tuned", "is missing");
  }

  @Test
  void shouldNotRollOutANetworkWhoseTrunkIsNotOpen() {
    Candidate trained = Tunable.candidate("weights".getBytes(UTF_8), 1);
    Candidate other =
        new Candidate(
            trained.head(),
            List.of(),
            trained.training(),
            trained.judgement(),
            trained.examples(),
            List.of(),
            List.of(),
            new Candidate.TunedNetwork("backbone-b", new byte[1], 1, "top"));

    assertThatThrownBy(() -> publisher.publish(other, null, "leader", Publisher.NOTHING_MORE))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("backbone-b");
  }

  @Test
  void shouldNotRollOutWhatWasJudgedAgainstAnotherVersion() throws Exception {
    ModelVersion first = publish(1, null);
    ModelVersion second = publish(2, first.version());

    assertThatThrownBy(() -> publish(3, first.version()))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining(second.version());
    assertThat(registry.assertConsistent().serving()).isEqualTo(second);
  }

  @Test
  void shouldCommitWhatElseIsWrittenTogetherWithTheDecisionOrNeither() throws Exception {
    String commands = registry.store.topics().commands();
    ProducerRecord<byte[], byte[]> answer =
        new ProducerRecord<>(commands, "id".getBytes(UTF_8), new byte[1]);
    assertThatThrownBy(
            () ->
                publisher.publish(
                    Versions.candidate(1),
                    null,
                    "anna",
                    (p, version) -> {
                      p.send(answer);
                      throw new IllegalStateException("no answer");
                    }))
        .hasMessage("no answer");
    reopen(20);
    assertThat(publisher.models()).isEqualTo(Models.EMPTY);
    assertThat(registry.read(commands)).isEmpty();

    publisher.publish(Versions.candidate(1), null, "anna", (p, version) -> p.send(answer));

    assertThat(registry.assertConsistent().versions()).hasSize(1);
    registry.awaitRecords(commands, 1);
  }

  @Test
  void shouldPromoteAnEarlierVersionAndRollBack() throws Exception {
    ModelVersion first = publish(1, null);
    ModelVersion second = publish(2, first.version());
    ModelVersion third = publish(3, second.version());

    Rollout promoted =
        publisher.promote(first.version(), "anna", "was better", Publisher.NOTHING_MORE);
    Rollout back = publisher.rollback("bert", "was not", Publisher.NOTHING_MORE);

    assertThat(promoted.previous()).isEqualTo(third.version());
    assertThat(back.serving()).isEqualTo(third.version());
    assertThat(back.previous()).isEqualTo(first.version());
    assertThat(registry.assertConsistent().rollout()).isEqualTo(back);
  }

  @Test
  void shouldRefuseInWordsWhatCannotServe() throws Exception {
    assertThatThrownBy(() -> publisher.rollback("a", "b", Publisher.NOTHING_MORE))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("nothing has been rolled out");
    ModelVersion first = publish(1, null);
    assertThatThrownBy(() -> publisher.rollback("a", "b", Publisher.NOTHING_MORE))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("there is no earlier one");
    assertRefused(first.version(), "is already serving");
    assertRefused("v7-nowhere", "existing versions: [" + first.version() + "]");
    registry.write(Versions.record("v2-other", "backbone-b", first.head()));
    Artifact missing = new Artifact("ab".repeat(32), 7, List.of(new Chunk(0, 0)));
    registry.write(Versions.record("v3-missing", Versions.BACKBONE, missing));
    reopen(20);
    assertRefused("v2-other", "backbone-b");
    assertRefused("v3-missing", "missing");
    assertThat(registry.store.models().serving()).isEqualTo(first);
  }

  @Test
  void shouldKeepTheNewestTheServingAndThePreviousVersionAndTheirChunksAlone() throws Exception {
    reopen(2);
    ModelVersion first = publish(1, null);
    ModelVersion second = publish(2, first.version());
    for (int seed = 3; seed <= 6; seed++) {
      publisher.publish(
          Versions.candidate(Versions.head(seed), false),
          second.version(),
          "leader",
          Publisher.NOTHING_MORE);
    }

    Models models = registry.assertConsistent();
    assertThat(models.versions()).hasSize(4).startsWith(first, second);
    assertThat(chunkKeys())
        .containsExactlyInAnyOrderElementsOf(
            models.artifacts().map(a -> a.sha256() + "/0").distinct().toList());
  }

  @Test
  void shouldNotWriteTheSameArtifactAgain() throws Exception {
    ModelVersion first = publish(1, null);

    ModelVersion second = publish(1, first.version());

    assertThat(second.head()).isEqualTo(first.head());
    assertThat(second.manifest()).isEqualTo(first.manifest());
    assertThat(second.version()).startsWith("v2-");
  }

  @Test
  void shouldFindChunksThatHaveMoved() throws Exception {
    ModelVersion first = publish(1, null);
    Artifact moved =
        new Artifact(first.head().sha256(), first.head().bytes(), List.of(new Chunk(0, 999)));

    DenseHead head =
        registry.store.head(Versions.record("v9-moved", Versions.BACKBONE, moved)).head();

    assertThat(head.weights()).isEqualTo(Versions.head(1).weights());
  }

  @Test
  void shouldDeleteChunksThatNoVersionNames() throws Exception {
    ModelVersion first = publish(1, null);
    registry.write(registry.store.topics().artifacts(), "ab".repeat(32) + "/0", new byte[3]);

    publisher.clean();

    registry.assertConsistent();
    assertThat(chunkKeys())
        .containsExactlyInAnyOrder(first.head().sha256() + "/0", first.manifest().sha256() + "/0");
  }

  @Test
  void shouldRollBackWithoutALeader() throws Exception {
    ModelVersion first = publish(1, null);
    publish(2, first.version());
    close();

    rollback();

    assertThat(registry.assertConsistent().serving()).isEqualTo(first);
  }

  @Test
  void shouldFenceALeaderByARollbackAndLetItBeginAnew() throws Exception {
    ModelVersion first = publish(1, null);
    ModelVersion second = publish(2, first.version());

    rollback();

    assertThatThrownBy(() -> publish(3, second.version())).isInstanceOf(KafkaException.class);
    assertThat(registry.assertConsistent().serving()).isEqualTo(first);
    reopen(20);
    assertThat(publisher.models().serving()).isEqualTo(first);
    publish(3, first.version());
    assertThat(registry.assertConsistent().serving()).isNotNull();
  }

  @Test
  void shouldLeaveALeaderAloneWhereADecisionByHandIsRefused() throws Exception {
    ModelVersion first = publish(1, null);
    ManualRollout manualRollout =
        new ManualRollout(registry.store, registry.applicationId, () -> Versions.OPEN);
    String incomplete = "v2-incomplete";
    registry.write(
        Versions.record(
            incomplete,
            Versions.BACKBONE,
            new ModelVersion.Artifact("ab", 9, List.of(new ModelVersion.Chunk(0, 0)))));

    assertThatThrownBy(() -> manualRollout.promote("v9-mistyped", "anna", "why"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("there is no version v9-mistyped");
    assertThatThrownBy(() -> manualRollout.promote(first.version(), "anna", "why"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("is already serving");
    assertThatThrownBy(() -> manualRollout.promote(incomplete, "anna", "why"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("cannot serve");
    assertThatThrownBy(() -> manualRollout.rollback("anna", "why"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("there is no earlier one");

    ModelVersion next = publish(2, first.version()); // by the previous leader
    assertThat(registry.store.models().serving()).isEqualTo(next);
  }

  /** The decider's settings may differ from the service's. */
  @Test
  void shouldHoldWhatIsDecidedByHandAgainstTheBackbonesThatALeaderHasOpen() throws Exception {
    ModelVersion first = publish(1, null);
    ModelVersion second = publish(2, first.version());
    OpenBackbones mine = new OpenBackbones("mine", null);
    ManualRollout manualRollout =
        new ManualRollout(registry.store, registry.applicationId, () -> mine);
    assertThatThrownBy(() -> manualRollout.rollback("anna", "worse"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("the service has mine");
    publisher.announce();

    new ManualRollout(
            registry.store,
            registry.applicationId,
            () -> {
              throw new AssertionError("a leader has said it: no file of a backbone is needed");
            })
        .rollback("anna", "worse");

    assertThat(registry.assertConsistent().serving()).isEqualTo(first);
    assertThat(registry.store.models().backbones()).isEqualTo(Versions.OPEN);
    assertThat(second.backboneId()).isEqualTo(Versions.BACKBONE);
  }

  private void rollback() throws RefusedException {
    new ManualRollout(registry.store, registry.applicationId, () -> Versions.OPEN)
        .rollback("anna", "it was worse");
  }

  private ModelVersion publish(long seed, @Nullable String parent)
      throws RefusedException, IOException {
    return publisher.publish(Versions.candidate(seed), parent, "leader", Publisher.NOTHING_MORE);
  }

  private void reopen(int keepVersions) {
    close();
    producer = registry.producer();
    publisher = registry.publisher(producer, keepVersions);
  }

  private void assertRefused(String version, String reason) {
    assertThatThrownBy(() -> publisher.promote(version, "a", "b", Publisher.NOTHING_MORE))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining(reason);
  }

  private List<String> chunkKeys() {
    try (ArtifactReader artifacts = registry.store.artifacts()) {
      return List.copyOf(artifacts.keys());
    }
  }
}
