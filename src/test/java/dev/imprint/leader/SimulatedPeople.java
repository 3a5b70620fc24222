package dev.imprint.leader;

import dev.imprint.model.Command;
import dev.imprint.model.Command.Kind;
import dev.imprint.model.Rollout;
import dev.imprint.rollout.ManualRollout;
import dev.imprint.rollout.ModelStore;
import dev.imprint.rollout.RefusedException;
import dev.imprint.rollout.RolloutInvariants;
import dev.imprint.rollout.Versions;
import dev.imprint.simulation.Schedule;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** Gives labels, sends commands to the leader, and decides without one. */
final class SimulatedPeople implements Schedule.Process {
  private final ModelStore store;
  private final RolloutInvariants invariants;
  private final SplittableRandom random;
  private final Clock clock;
  private int sent;

  SimulatedPeople(
      ModelStore store, RolloutInvariants invariants, SplittableRandom random, Clock clock) {
    this.store = store;
    this.invariants = invariants;
    this.random = random;
    this.clock = clock;
  }

  @Override
  public void step() {
    invariants.label(random.nextInt(4));
    try {
      switch (random.nextInt(8)) {
        case 0 ->
            new ManualRollout(store, SimulatedLeader.APPLICATION, () -> Versions.OPEN)
                .rollback("operator", "worse");
        case 1 ->
            new ManualRollout(store, SimulatedLeader.APPLICATION, () -> Versions.OPEN)
                .promote(anyVersion(), "operator", "better");
        case 2, 3 -> send(Kind.PROMOTE, anyVersion());
        case 4 -> send(Kind.ROLLBACK, null);
        case 5 -> send(Kind.FINE_TUNE, null);
        default -> send(Kind.RETRAIN, null);
      }
    } catch (RefusedException | KafkaException e) {
      // so they are told
    }
  }

  private void send(Kind kind, @Nullable String version) {
    String id = "command-" + sent++;
    Rollout rollout = invariants.models().rollout();
    String expected =
        rollout == null || random.nextBoolean()
            ? null
            : random.nextInt(3) == 0 ? anyVersion() : rollout.serving();
    Instant now = clock.instant();
    Instant expires = now.plus(Duration.ofSeconds(random.nextInt(8) == 0 ? 3 : 600));
    Command command = new Command(id, kind, version, expected, false, now, expires, id);
    try (Commands commands = Commands.open(store.clients(), store.topics())) {
      commands.send(command);
    } catch (InterruptedException e) {
      throw new AssertionError(e); // nothing waits here
    }
  }

  private String anyVersion() {
    List<String> names = invariants.models().names();
    return names.isEmpty() ? "v9-nowhere" : names.get(random.nextInt(names.size()));
  }
}
