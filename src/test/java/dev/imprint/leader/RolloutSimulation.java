package dev.imprint.leader;

import dev.imprint.event.Topics;
import dev.imprint.rollout.ModelStore;
import dev.imprint.rollout.RolloutInvariants;
import dev.imprint.rollout.SimulatedFollower;
import dev.imprint.rollout.Versions;
import dev.imprint.simulation.Schedule;
import dev.imprint.simulation.SimulatedBrokers;
import dev.imprint.simulation.SimulatedClients;
import dev.imprint.simulation.SimulatedKafka;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One schedule, determined by a seed, of two leaders, two followers and people on a simulated
 * Kafka.
 */
final class RolloutSimulation {
  private static final int STEPS = 60;
  private static final int QUIET_ROUNDS = 400;
  private static final List<String> LEADERS = List.of("leader-a", "leader-b");
  private static final List<String> FOLLOWERS = List.of("follower-a", "follower-b");

  private final PlantedFault fault;
  private final SimulatedKafka kafka;
  private final RolloutInvariants invariants = new RolloutInvariants(SimulatedLeader.NEW_LABELS);
  private final Schedule schedule;
  private final List<SimulatedFollower> followers = new ArrayList<>();

  RolloutSimulation(long seed, PlantedFault fault) {
    this.fault = fault;
    kafka = new SimulatedKafka(fault != PlantedFault.NO_FENCING);
    schedule =
        new Schedule(seed, Versions.AT, kafka, invariants::check, SimulatedCommits::describe);
    for (String name : LEADERS) {
      ModelStore reading = store(name, false);
      schedule.add(
          name,
          5,
          new SimulatedLeader(
              store(name, true),
              () ->
                  new SimulatedTraining(
                      reading,
                      invariants,
                      schedule.random(),
                      fault != PlantedFault.FORGETS_LEARNED_LABELS,
                      schedule::violated),
              schedule.clock()));
    }
    for (String name : FOLLOWERS) {
      SimulatedFollower follower = new SimulatedFollower(store(name, true), invariants);
      followers.add(follower);
      schedule.add(name, 2, follower);
    }
    schedule.add(
        "people",
        1,
        new SimulatedPeople(
            store("people", true), invariants, schedule.random(), schedule.clock()));
    schedule.add(
        "brokers",
        4,
        new SimulatedBrokers(
            kafka,
            schedule.random(),
            SimulatedLeader.GROUP,
            List.of(Topics.DEFAULTS.models(), Topics.DEFAULTS.artifacts())));
  }

  /**
   * @param fails whether Kafka may fail, and the process crash, in its calls
   */
  private ModelStore store(String name, boolean fails) {
    return new ModelStore(
        new SimulatedClients(
            kafka,
            name,
            schedule.interruption(name, fails),
            name.startsWith("leader") ? fault::in : producer -> producer,
            fault != PlantedFault.IGNORES_MISSING_MARKERS),
        Topics.DEFAULTS);
  }

  /** Plays it to the end; returns what did not hold, with the last steps, or null. */
  @Nullable String play() {
    schedule.play(STEPS);
    schedule.quieten();
    expire();
    for (int i = 0; i < QUIET_ROUNDS && schedule.holds() && !invariants.allAnswered(); i++) {
      stepAll();
    }
    expire();
    stepAll(); // previous leaders notice that they lost the partition
    stepAll(); // the next leader cleans up
    stepAll();
    for (SimulatedFollower follower : followers) {
      follower.step();
      schedule.check(follower::requireServing);
    }
    schedule.check(invariants::requireSettled);
    return schedule.violation();
  }

  private void expire() {
    kafka.group(SimulatedLeader.GROUP).expireAll();
    kafka.timeOutTransactions();
  }

  private void stepAll() {
    schedule.stepEach(LEADERS);
    schedule.stepEach(FOLLOWERS);
  }

  /** Plays it, and tells its last steps. */
  String told() {
    play();
    return schedule.lastSteps();
  }
}
