package dev.imprint.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.model.ModelVersion;
import dev.imprint.model.ModelVersion.Artifact;
import dev.imprint.model.ModelVersion.Chunk;
import dev.imprint.model.head.DenseHead;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The chunks that published versions consist of, and when they are deleted. */
class PublishedArtifactsTest extends PublisherSteps {
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

  private List<String> chunkKeys() {
    try (ArtifactReader artifacts = registry.store.artifacts()) {
      return List.copyOf(artifacts.keys());
    }
  }
}
