package dev.imprint.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.imprint.broker.BrokerExtension;
import dev.imprint.broker.EmbeddedBroker;
import dev.imprint.event.HeadFile;
import dev.imprint.event.Json;
import dev.imprint.event.Sha256;
import dev.imprint.event.Topics;
import dev.imprint.model.Backbones;
import dev.imprint.model.CheckResult;
import dev.imprint.model.CheckResult.Status;
import dev.imprint.model.DenseHead;
import dev.imprint.model.LabelChanges;
import dev.imprint.model.Lease;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.ModelVersion.Artifact;
import dev.imprint.model.ModelVersion.Chunk;
import dev.imprint.model.ServingModel;
import dev.imprint.model.TestNetwork;
import dev.imprint.training.Candidate;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
class ModelFollowerTest {
  private static final Duration SOON = Duration.ofSeconds(15);

  @RegisterExtension private static final BrokerExtension broker = new BrokerExtension();

  private final List<ServingModel> told = new CopyOnWriteArrayList<>();
  private final List<Duration> swaps = new CopyOnWriteArrayList<>();
  private TestRegistry registry;
  private Producer<byte[], byte[]> producer;
  private Publisher publisher;
  private @Nullable ModelFollower follower;

  @BeforeEach
  void open() throws Exception {
    registry = TestRegistry.create(broker.bootstrapServers(), broker.prefix());
    producer = registry.producer();
    publisher = registry.publisher(producer, 20);
  }

  @AfterEach
  void close() {
    if (follower != null) {
      follower.close();
    }
    publisher.close();
    producer.close();
  }

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
  void shouldCallLabelsWhatTheyAreCalledNowInWhateverVersionServes() throws Exception {
    ModelVersion first = publish(1, null);
    ModelFollower here = follow(null, null);
    TestRegistry.awaitServing(here, first.version());

    change(new LabelChanges(Map.of("label-0", "nut"), Set.of()));
    await().untilAsserted(() -> assertThat(labels(here)).containsExactly("nut", "label-1"));
    assertThat(serving(here).version()).isEqualTo(first.version());
    assertThat(swaps).as("no other version").isEmpty();

    change(new LabelChanges(Map.of(), Set.of("label-0")));
    await().untilAsserted(() -> assertThat(labels(here)).containsExactly("label-1"));

    registry.write(registry.store.topics().models(), Topics.LABELS_KEY, "?".getBytes(UTF_8));
    awaitCheck(here, Status.DEGRADED, "run a release that can read it");
    change(new LabelChanges(Map.of(), Set.of("label-0", "label-1")));
    awaitCheck(here, Status.DEGRADED, "all its labels are retired");
    assertThat(labels(here)).containsExactly("label-1");
  }

  @Test
  void shouldKnowWhichLabelsItsVersionCouldNotLearnByTheirPresentNames() throws Exception {
    Candidate trained = Versions.candidate(1);
    ModelVersion.Training its = trained.training();
    Candidate candidate =
        new Candidate(
            trained.head(),
            List.of(),
            new ModelVersion.Training(
                1,
                "cpu",
                0,
                its.examples(),
                Map.of(),
                null,
                null,
                List.of("bolt", "nut", "gear"),
                List.of()),
            trained.judgement(),
            trained.examples(),
            List.of(),
            List.of());
    publisher.publish(candidate, null, "test", Publisher.NOTHING_MORE);
    ModelFollower here = follow(null, null);
    await().untilAsserted(() -> assertThat(serving(here).unlearned()).hasSize(3));

    change(new LabelChanges(Map.of("bolt", "screw", "nut", "label-1"), Set.of("gear")));

    await().untilAsserted(() -> assertThat(serving(here).unlearned()).containsExactly("screw"));
  }

  private void change(LabelChanges changes) throws Exception {
    registry.write(registry.store.topics().models(), Topics.LABELS_KEY, Json.encode(changes));
  }

  private static List<String> labels(ModelFollower follower) {
    return Objects.requireNonNull(serving(follower).head()).labels();
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

  private ModelVersion publish(String weights, long seed, @Nullable ModelVersion parent)
      throws Exception {
    return publisher.publish(
        Tunable.candidate(weights.getBytes(UTF_8), seed),
        parent == null ? null : parent.version(),
        "leader",
        Publisher.NOTHING_MORE);
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

  private ModelFollower follow(@Nullable HeadFile initial, @Nullable String pin) {
    ModelFollower here = follow(registry, initial, pin);
    follower = here;
    return here;
  }

  private ModelFollower follow(TestRegistry of, @Nullable HeadFile initial, @Nullable String pin) {
    return follow(of, Backbones.of(BACKBONE), initial, pin);
  }

  private ModelFollower follow(
      TestRegistry of, Backbones backbones, @Nullable HeadFile initial, @Nullable String pin) {
    RolloutMetrics metrics =
        new RolloutMetrics() {
          @Override
          public void serving(ServingModel model) {}

          @Override
          public void swapped(Duration time) {
            swaps.add(time);
          }
        };
    ModelFollower here =
        new ModelFollower(
            of.store, backbones, initial, new RolloutConfig(pin, 20), metrics, told::add);
    here.start();
    return here;
  }

  private static final Versions.NamedBackbone BACKBONE =
      new Versions.NamedBackbone(Versions.BACKBONE, 4);

  private static void awaitCheck(ModelFollower here, Status status, String... words) {
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              assertThat(here.check().cause()).contains(words);
              assertThat(here.check().status()).isEqualTo(status);
            });
  }

  private ModelVersion publish(long seed, @Nullable String parent) throws Exception {
    return publisher.publish(Versions.candidate(seed), parent, "leader", Publisher.NOTHING_MORE);
  }

  /** With a publisher that has read the test's own records. */
  private ModelVersion publishAnew(long seed, String parent) throws Exception {
    publisher.close();
    producer.close();
    producer = registry.producer();
    publisher = registry.publisher(producer, 20);
    return publish(seed, parent);
  }

  private static ModelVersion version(String name, String sha256, int bytes, List<Chunk> chunks) {
    return Versions.record(name, Versions.BACKBONE, new Artifact(sha256, bytes, chunks));
  }

  private static ServingModel serving(ModelFollower follower) {
    try (Lease lease = follower.borrow()) {
      return lease.serving();
    }
  }

  private static float[] weights(ServingModel model) {
    return ((DenseHead) Objects.requireNonNull(model.head())).weights();
  }
}
