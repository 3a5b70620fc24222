package dev.imprint.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.model.ModelVersion;
import dev.imprint.model.ModelVersion.Artifact;
import dev.imprint.model.ModelVersion.Chunk;
import dev.imprint.model.Rollout;
import dev.imprint.model.head.DenseHead;
import dev.imprint.training.Candidate;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class PublisherTest extends PublisherSteps {
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

  private void assertRefused(String version, String reason) {
    assertThatThrownBy(() -> publisher.promote(version, "a", "b", Publisher.NOTHING_MORE))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining(reason);
  }
}
