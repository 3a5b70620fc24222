package dev.imprint.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.imprint.broker.EmbeddedBroker;
import dev.imprint.event.HeadFile;
import dev.imprint.event.Sha256;
import dev.imprint.event.Topics;
import dev.imprint.model.CheckResult;
import dev.imprint.model.CheckResult.Status;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.ModelVersion.Artifact;
import dev.imprint.model.ModelVersion.Chunk;
import dev.imprint.model.backbone.Backbones;
import dev.imprint.model.head.DenseHead;
import dev.imprint.model.serving.ServingModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFollowerTest extends ModelFollowerSteps {
  @Test
  void shouldServeWithoutAHeadUntilAFirstVersionTakesOver() throws Exception {
    ModelFollower here = follow(null, null);
    TestRegistry.awaitServing(here, ServingModel.NO_VERSION);
    assertThat(serving(here).head()).isNull();

    ModelVersion first = publish(1, null);

    TestRegistry.awaitServing(here, first.version());
    assertThat(weights(serving(here))).isEqualTo(Versions.head(1).weights());
    await().untilAsserted(() -> assertThat(here.check()).isEqualTo(CheckResult.UP));
    assertThat(here.models().serving()).isEqualTo(first);
    assertTold(ServingModel.NO_VERSION, first.version());
    await().until(() -> swaps.size() == 1);
  }

  @Test
  void shouldServeTheRolloutFromTheStartAndGoBackWithIt() throws Exception {
    ModelVersion first = publish(1, null);
    ModelVersion second = publish(2, first.version());

    ModelFollower here = follow(null, null);
    TestRegistry.awaitServing(here, second.version());
    publisher.rollback("anna", "worse", Publisher.NOTHING_MORE);

    TestRegistry.awaitServing(here, first.version());
    // Not the first one first: nothing serves until the topic has been read to its end.
    assertTold(second.version(), first.version());
  }

  /** The listener is called right after a model begins to serve, on the follower's thread. */
  private void assertTold(String... versions) {
    await()
        .untilAsserted(
            () -> assertThat(told).extracting(ServingModel::version).containsExactly(versions));
  }

  @Test
  void shouldServeTheInitialHeadUntilSomethingIsRolledOut() throws Exception {
    HeadFile initial = new HeadFile("head-from-a-file", Versions.head(9), List.of());
    ModelFollower here = follow(initial, null);
    TestRegistry.awaitServing(here, "head-from-a-file");

    ModelVersion first = publish(1, "head-from-a-file");

    TestRegistry.awaitServing(here, first.version());
  }

  @Test
  void shouldServeThePinnedVersionWhateverIsRolledOut() throws Exception {
    ModelVersion first = publish(1, null);
    ModelVersion second = publish(2, first.version());
    ModelFollower here = follow(null, first.version());
    TestRegistry.awaitServing(here, first.version());

    ModelVersion third = publish(3, second.version());

    await().atMost(SOON).until(() -> third.equals(here.models().serving()));
    assertThat(serving(here).version()).isEqualTo(first.version());
    assertThat(here.check()).isEqualTo(CheckResult.UP);
  }

  @Test
  void shouldBeDownForAnUnknownPinAndNameTheVersionsThatThereAre() throws Exception {
    ModelVersion first = publish(1, null);

    ModelFollower here = follow(null, "v9-nowhere");

    awaitCheck(here, Status.DOWN, "rollout.pin is v9-nowhere", first.version());
    assertThatThrownBy(here::borrow)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("v9-nowhere");
  }

  @Test
  void shouldBeDownAtTheStartForAMissingChunkAndServeOnceItIsThere() throws Exception {
    ModelVersion other = publish(1, null);
    byte[] head = Versions.bytes(Versions.head(2));
    String sha256 = Sha256.hex(head);
    registry.write(version("v2-incomplete", sha256, head.length, other.head().chunks()));
    registry.rollOut("v2-incomplete");
    ModelFollower here = follow(null, null);
    awaitCheck(here, Status.DOWN, "v2-incomplete", "missing", "rollback");

    registry.write(registry.store.topics().artifacts(), sha256 + "/0", head);

    TestRegistry.awaitServing(here, "v2-incomplete");
    await().untilAsserted(() -> assertThat(here.check()).isEqualTo(CheckResult.UP));
  }

  @Test
  void shouldKeepServingWhenTheNextVersionIsCorrupt() throws Exception {
    ModelVersion first = publish(1, null);
    ModelFollower here = follow(null, null);
    TestRegistry.awaitServing(here, first.version());
    byte[] head = Versions.bytes(Versions.head(2));
    String sha256 = Sha256.hex(head);
    head[head.length / 2] ^= 1;
    registry.write(registry.store.topics().artifacts(), sha256 + "/0", head);
    registry.write(version("v2-corrupt", sha256, head.length, List.of(new Chunk(0, 0))));

    registry.rollOut("v2-corrupt");

    awaitCheck(
        here, Status.DEGRADED, first.version() + " is still serving", "v2-corrupt", "corrupt");
    assertThat(serving(here).version()).isEqualTo(first.version());
    registry.rollOut(first.version());
    await().atMost(SOON).untilAsserted(() -> assertThat(here.check()).isEqualTo(CheckResult.UP));
  }

  @Test
  void shouldNotServeAVersionOfAnotherBackbone() throws Exception {
    byte[] head = Versions.bytes(Versions.head("backbone-b", 4, 2, 1));
    Artifact artifact = new Artifact(Sha256.hex(head), head.length, List.of(new Chunk(0, 0)));
    registry.write(registry.store.topics().artifacts(), artifact.sha256() + "/0", head);
    registry.write(Versions.record("v1-other", "backbone-b", artifact));
    registry.rollOut("v1-other");

    ModelFollower here = follow(null, null);

    awaitCheck(here, Status.DOWN, "backbone-b", Versions.BACKBONE, "imprint retrain");
    ModelVersion own = publishAnew(2, "v1-other");
    TestRegistry.awaitServing(here, own.version());
  }

  @Test
  void shouldNotTakeABrokenRolloutForNone() throws Exception {
    publish(1, null);
    registry.write(registry.store.topics().models(), Topics.ROLLOUT_KEY, new byte[] {1});

    ModelFollower here = follow(null, null);

    awaitCheck(here, Status.DOWN, "rollout", "promote");
  }

  @Test
  void shouldServeOnWhileKafkaIsAwayAndFollowAgainWhenItIsBack(@TempDir Path own) throws Exception {
    EmbeddedBroker first = EmbeddedBroker.start(own, 0);
    String servers = first.bootstrapServers();
    TestRegistry away = TestRegistry.create(servers, "away.");
    try (ModelFollower here = follow(away, null, null)) {
      TestRegistry.awaitServing(here, ServingModel.NO_VERSION);

      first.close();

      await().atMost(SOON).until(() -> here.check().status() == Status.DEGRADED);
      assertThat(here.check().cause()).contains("Kafka");
      assertThat(serving(here).version()).isEqualTo(ServingModel.NO_VERSION);
      int port = Integer.parseInt(servers.substring(servers.indexOf(':') + 1));
      try (EmbeddedBroker second = EmbeddedBroker.start(own, port);
          Producer<byte[], byte[]> producer = away.producer();
          Publisher leader = away.publisher(producer, 20)) {
        ModelVersion version =
            leader.publish(Versions.candidate(1), null, "leader", Publisher.NOTHING_MORE);
        assertThat(second.bootstrapServers()).isEqualTo(servers);
        TestRegistry.awaitServing(here, version.version());
        await().atMost(SOON).until(() -> here.check().equals(CheckResult.UP));
        here.close();
      }
    }
  }

  @Test
  void shouldServeOnAndSayThatOnlyARestartHelpsOnceItsThreadHasDied() throws Exception {
    ModelFollower here =
        new ModelFollower(
            registry.store,
            Backbones.of(BACKBONE),
            null,
            new RolloutConfig(null, 20),
            RolloutMetrics.NOOP,
            model -> {
              throw new NoClassDefFoundError("a jar is broken");
            });
    follower = here;
    here.start();

    await().dontCatchUncaughtExceptions().atMost(SOON).until(() -> here.check().restartHelps());
    assertThat(here.check().status()).isEqualTo(Status.DEGRADED);
    assertThat(here.check().cause())
        .contains("is still serving", "a jar is broken", "restart the service");
  }

  /** With a publisher that has read the test's own records. */
  private ModelVersion publishAnew(long seed, String parent) throws Exception {
    publisher.close();
    producer.close();
    producer = registry.producer();
    publisher = registry.publisher(producer, 20);
    return publish(seed, parent);
  }

  private static float[] weights(ServingModel model) {
    return ((DenseHead) Objects.requireNonNull(model.head())).weights();
  }
}
