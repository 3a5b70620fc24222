package dev.imprint.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.imprint.event.Sha256;
import dev.imprint.model.CheckResult;
import dev.imprint.model.CheckResult.Status;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.ModelVersion.Artifact;
import dev.imprint.model.ModelVersion.Chunk;
import dev.imprint.model.backbone.Backbones;
import dev.imprint.model.backbone.TestNetwork;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.model.serving.Lease;
import dev.imprint.training.Candidate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The network that a version is served with, and its precision. */
class ModelFollowerNetworksTest extends ModelFollowerSteps {
  /** A change of backbones: each version is served with its own, there and back. */
  @Test
  void shouldServeEachVersionWithTheBackboneThatItNames() throws Exception {
    ModelVersion old = publish(1, null);
    byte[] head = Versions.bytes(Versions.head("backbone-b", 6, 2, 1));
    Artifact artifact = new Artifact(Sha256.hex(head), head.length, List.of(new Chunk(0, 0)));
    registry.write(registry.store.topics().artifacts(), artifact.sha256() + "/0", head);
    registry.write(Versions.record("v2-next", "backbone-b", artifact));
    Versions.NamedBackbone next = new Versions.NamedBackbone("backbone-b", 6);
    try (ModelFollower here = follow(registry, new Backbones(BACKBONE, next), null, null)) {
      TestRegistry.awaitServing(here, old.version());

      registry.rollOut("v2-next");

      TestRegistry.awaitServing(here, "v2-next");
      assertThat(serving(here).backbone()).isEqualTo(next);
      registry.rollOut(old.version());
      TestRegistry.awaitServing(here, old.version());
      assertThat(serving(here).backbone()).isEqualTo(BACKBONE);
    }
  }

  @Test
  void shouldServeAVersionWithItsOwnNetworkAndCloseThatOnceItIsReplaced() throws Exception {
    Tunable trunk = new Tunable();
    ModelVersion first = publish(1, null);
    try (ModelFollower here = follow(registry, Backbones.of(trunk), null, null)) {
      TestRegistry.awaitServing(here, first.version());

      ModelVersion tuned = publish("a", 2, first);

      TestRegistry.awaitServing(here, tuned.version());
      TestNetwork network = trunk.opened.get(0);
      assertThat(serving(here).backbone()).isSameAs(network);
      publisher.rollback("anna", "worse", Publisher.NOTHING_MORE);
      try (Lease lease = here.borrow()) {
        TestRegistry.awaitServing(here, first.version());
        assertThat(lease.serving().backbone()).isIn(network, trunk);
      }
      await().until(() -> network.isClosed());
      publisher.promote(tuned.version(), "anna", "better", Publisher.NOTHING_MORE);
      TestRegistry.awaitServing(here, tuned.version());
      assertThat(trunk.opened).hasSize(2);
    }
    assertThat(trunk.opened).allMatch(network -> network.isClosed());
  }

  @Test
  void shouldGoOnWithTheSameNetworkIfOnlyLabelsChange() throws Exception {
    Tunable trunk = new Tunable();
    try (ModelFollower here = follow(registry, Backbones.of(trunk), null, null)) {
      ModelVersion tuned = publish("a", 1, null);
      TestRegistry.awaitServing(here, tuned.version());

      change(new LabelChanges(Map.of("label-0", "nut"), Set.of()));

      await().untilAsserted(() -> assertThat(labels(here)).containsExactly("nut", "label-1"));
      ModelVersion next = publish("a", 2, tuned);
      TestRegistry.awaitServing(here, next.version());
      assertThat(trunk.opened).hasSize(1);
      assertThat(trunk.opened.get(0).isClosed()).isFalse();
    }
  }

  @Test
  void shouldServeInThePrecisionThatTheLeaderChose() throws Exception {
    OpenPrecision trunk = new OpenPrecision(true);
    ModelVersion first = publish(1, null);
    try (ModelFollower here = follow(registry, Backbones.of(trunk), null, null)) {
      TestRegistry.awaitServing(here, first.version());
      assertThat(serving(here).backbone()).isSameAs(trunk);

      publisher.choose(new PrecisionChoice(trunk.id(), "bf16", "faster", Versions.AT));

      await().until(() -> serving(here).backbone().precision().equals("bf16"));
      ModelVersion second = publish(2, first.version());
      TestRegistry.awaitServing(here, second.version());
      assertThat(serving(here).backbone().precision()).isEqualTo("bf16");
      assertThat(trunk.opened).as("the same network goes on").hasSize(1);
      assertThat(trunk.opened).noneMatch(network -> network.isClosed());
      publisher.choose(new PrecisionChoice(trunk.id(), "fp32", "or not", Versions.AT));
      await().until(() -> serving(here).backbone() == trunk);
      await().until(() -> trunk.opened.get(0).isClosed());
    }
  }

  @Test
  void shouldServeInFp32WhereItCannotDoOtherwise() throws Exception {
    OpenPrecision trunk = new OpenPrecision(false);
    publisher.choose(new PrecisionChoice(trunk.id(), "bf16", "faster", Versions.AT));
    ModelVersion first = publish(1, null);
    try (ModelFollower here = follow(registry, Backbones.of(trunk), null, null)) {
      TestRegistry.awaitServing(here, first.version());

      assertThat(serving(here).backbone()).isSameAs(trunk);
      await().untilAsserted(() -> assertThat(here.check()).isEqualTo(CheckResult.UP));
    }
  }

  @Test
  void shouldTakeNoNoticeOfAPrecisionChosenForAnotherBackbone() throws Exception {
    OpenPrecision trunk = new OpenPrecision(true);
    publisher.choose(new PrecisionChoice("another", "bf16", "faster", Versions.AT));
    ModelVersion first = publish(1, null);
    try (ModelFollower here = follow(registry, Backbones.of(trunk), null, null)) {
      TestRegistry.awaitServing(here, first.version());

      assertThat(serving(here).backbone()).isSameAs(trunk);
    }
  }

  @Test
  void shouldKeepServingIfTheNextVersionsNetworkCannotBeOpened() throws Exception {
    Tunable trunk = new Tunable();
    ModelVersion first = publish(1, null);
    try (ModelFollower here = follow(registry, Backbones.of(trunk), null, null)) {
      TestRegistry.awaitServing(here, first.version());

      publish(new String(Tunable.TOO_LARGE, UTF_8), 2, first);

      awaitCheck(here, Status.DEGRADED, first.version() + " is still serving", "1 GiB is free");
    }
  }

  @Test
  void shouldCloseANetworkThatDoesNotMatchItsHead() throws Exception {
    Tunable trunk = new Tunable();
    ModelVersion first = publish(1, null);
    Candidate tuned = Tunable.candidate("a".getBytes(UTF_8), 2);
    Candidate mixed =
        new Candidate(
            tuned.head(),
            List.of(),
            tuned.training(),
            tuned.judgement(),
            tuned.examples(),
            List.of(),
            List.of(),
            new Candidate.TunedNetwork(Versions.BACKBONE, "b".getBytes(UTF_8), 1, "top"));
    try (ModelFollower here = follow(registry, Backbones.of(trunk), null, null)) {
      TestRegistry.awaitServing(here, first.version());

      publisher.publish(mixed, first.version(), "leader", Publisher.NOTHING_MORE);

      awaitCheck(here, Status.DEGRADED, first.version() + " is still serving", "trained on");
      await().until(() -> trunk.opened.get(0).isClosed());
    }
  }
}
