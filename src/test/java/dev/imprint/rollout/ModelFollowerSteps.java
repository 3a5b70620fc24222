package dev.imprint.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.imprint.event.HeadFile;
import dev.imprint.event.Json;
import dev.imprint.event.Topics;
import dev.imprint.model.CheckResult.Status;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.ModelVersion.Artifact;
import dev.imprint.model.ModelVersion.Chunk;
import dev.imprint.model.backbone.Backbones;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.model.serving.Lease;
import dev.imprint.model.serving.ServingModel;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** A follower of a real broker's models, and the publisher of these. */
@SuppressWarnings("NullAway.Init")
class ModelFollowerSteps extends PublisherSteps {
  static final Duration SOON = Duration.ofSeconds(15);

  final List<ServingModel> told = new CopyOnWriteArrayList<>();
  final List<Duration> swaps = new CopyOnWriteArrayList<>();
  @Nullable ModelFollower follower;

  static final Versions.NamedBackbone BACKBONE = new Versions.NamedBackbone(Versions.BACKBONE, 4);

  @Override
  @AfterEach
  void close() {
    if (follower != null) {
      follower.close();
    }
    super.close();
  }

  void change(LabelChanges changes) throws Exception {
    registry.write(registry.store.topics().models(), Topics.LABELS_KEY, Json.encode(changes));
  }

  static List<String> labels(ModelFollower follower) {
    return Objects.requireNonNull(serving(follower).head()).labels();
  }

  ModelVersion publish(String weights, long seed, @Nullable ModelVersion parent) throws Exception {
    return publisher.publish(
        Tunable.candidate(weights.getBytes(UTF_8), seed),
        parent == null ? null : parent.version(),
        "leader",
        Publisher.NOTHING_MORE);
  }

  ModelFollower follow(@Nullable HeadFile initial, @Nullable String pin) {
    ModelFollower here = follow(registry, initial, pin);
    follower = here;
    return here;
  }

  ModelFollower follow(TestRegistry of, @Nullable HeadFile initial, @Nullable String pin) {
    return follow(of, Backbones.of(BACKBONE), initial, pin);
  }

  ModelFollower follow(
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

  static void awaitCheck(ModelFollower here, Status status, String... words) {
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              assertThat(here.check().cause()).contains(words);
              assertThat(here.check().status()).isEqualTo(status);
            });
  }

  static ModelVersion version(String name, String sha256, int bytes, List<Chunk> chunks) {
    return Versions.record(name, Versions.BACKBONE, new Artifact(sha256, bytes, chunks));
  }

  static ServingModel serving(ModelFollower follower) {
    try (Lease lease = follower.borrow()) {
      return lease.serving();
    }
  }
}
