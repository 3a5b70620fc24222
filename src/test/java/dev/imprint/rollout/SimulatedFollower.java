package dev.imprint.rollout;

import dev.imprint.model.backbone.Backbones;
import dev.imprint.model.serving.ServingModel;
import dev.imprint.simulation.Schedule;
import java.time.Duration;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** One instance's {@link ModelFollower}, without its thread and its pauses. */
public final class SimulatedFollower implements Schedule.Process {
  private final ModelStore store;
  private final RolloutInvariants invariants;
  private ModelFollower follower;
  private @Nullable ModelsReader reader;

  public SimulatedFollower(ModelStore store, RolloutInvariants invariants) {
    this.store = store;
    this.invariants = invariants;
    this.follower = start();
  }

  private ModelFollower start() {
    return new ModelFollower(
        store,
        Backbones.of(new Tunable()),
        null,
        RolloutConfig.DEFAULTS,
        RolloutMetrics.NOOP,
        this::requireRolledOut);
  }

  private void requireRolledOut(ServingModel model) {
    String version = model.version();
    RolloutInvariants.require(
        version.equals(ServingModel.NO_VERSION) || invariants.hasServed(version),
        "%s serves, but was never rolled out",
        version);
  }

  @Override
  public void step() {
    try (ArtifactReader artifacts = store.artifacts()) {
      ModelsReader current = reader;
      if (current == null) {
        current = new ModelsReader(store.clients(), store.topics());
        current.readToEnd();
        reader = current;
      } else {
        current.poll(Duration.ZERO);
      }
      follower.update(current.models(), artifacts);
    } catch (KafkaException e) {
      reader = null;
    }
  }

  @Override
  public void crash() {
    follower = start();
    reader = null;
  }

  /** When all is quiet. */
  public void requireServing() {
    Models models = invariants.models();
    String expected =
        models.rollout() == null ? ServingModel.NO_VERSION : models.rollout().serving();
    RolloutInvariants.require(
        follower.isServing(expected),
        "a follower does not serve %s: %s",
        expected,
        follower.check());
    RolloutInvariants.require(
        follower.models().equals(models),
        "a follower has read %s, not %s",
        follower.models(),
        models);
  }
}
