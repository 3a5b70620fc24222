package dev.imprint.rollout;

import static java.util.stream.Collectors.joining;

import dev.imprint.event.Topics;
import dev.imprint.pipeline.TestClock;
import dev.imprint.simulation.Commit;
import dev.imprint.simulation.Crash;
import dev.imprint.simulation.Interruption;
import dev.imprint.simulation.SimulatedClients;
import dev.imprint.simulation.SimulatedKafka;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * One schedule of two leaders, two followers and people on a simulated Kafka, as a seed says. Each
 * call to Kafka may be where a process crashes, where Kafka fails, or where others go on meanwhile,
 * so a leader may be overtaken between any two of its calls. {@link RolloutInvariants} are checked
 * after each commit.
 */
final class RolloutSimulation {
  /** Something that runs on its own; all of it in the simulation's thread. */
  interface Process {
    void step();

    /** It is gone at once, and starts again with nothing. */
    void crash();
  }

  /**
   * @param weight how often it has its turn
   */
  private record Named(String name, int weight, Process process) {}

  private static final int STEPS = 60;
  private static final int QUIET_ROUNDS = 400;
  private static final int DEEPEST = 3;
  private static final int TOLD = 60;

  private final PlantedFault fault;
  private final SplittableRandom random;
  private final SimulatedKafka kafka;
  private final TestClock clock = new TestClock(Versions.AT);
  private final RolloutInvariants invariants = new RolloutInvariants();
  private final List<Named> processes = new ArrayList<>();
  private final List<SimulatedFollower> followers = new ArrayList<>();
  private final Deque<Named> running = new ArrayDeque<>();
  private final Deque<Supplier<String>> told = new ArrayDeque<>();
  private int checked;
  private boolean quiet;
  private @Nullable String violation;

  RolloutSimulation(long seed, PlantedFault fault) {
    this.fault = fault;
    random = new SplittableRandom(seed);
    kafka = new SimulatedKafka(fault != PlantedFault.NO_FENCING);
    for (String name : List.of("leader-a", "leader-b")) {
      ModelStore store = store(name, true);
      ModelStore reading = store(name, false);
      add(
          name,
          5,
          new SimulatedLeader(
              store,
              () -> new SimulatedTraining(reading, invariants, random, this::violated),
              clock));
    }
    for (String name : List.of("follower-a", "follower-b")) {
      SimulatedFollower follower = new SimulatedFollower(store(name, true), invariants);
      followers.add(follower);
      add(name, 2, follower);
    }
    add("people", 1, new SimulatedPeople(store("people", true), invariants, random, clock));
  }

  private void add(String name, int weight, Process process) {
    processes.add(new Named(name, weight, process));
  }

  /**
   * @param fails whether Kafka may fail, and the process crash, in its calls
   */
  private ModelStore store(String name, boolean fails) {
    return new ModelStore(
        new SimulatedClients(
            kafka,
            name,
            new Chance(name, fails),
            name.startsWith("leader") ? fault::in : producer -> producer,
            fault != PlantedFault.IGNORES_MISSING_MARKERS),
        Topics.DEFAULTS);
  }

  /** Plays it to its end; what did not hold, with the last steps, or null. */
  @Nullable String play() {
    for (int i = 0; i < STEPS && violation == null; i++) {
      stepAny();
    }
    quiet = true;
    tell(() -> "from now on nothing fails");
    kafka.group(SimulatedLeader.GROUP).expireAll();
    for (int i = 0; i < QUIET_ROUNDS && violation == null && !invariants.allAnswered(); i++) {
      stepAll();
    }
    kafka.group(SimulatedLeader.GROUP).expireAll();
    stepAll(); // those that led find out
    stepAll(); // and the next one cleans up
    stepAll();
    while (kafka.writeMarker()) {
      // the next one
    }
    for (SimulatedFollower follower : followers) {
      follower.step();
      check(follower::requireServing);
    }
    check(invariants::requireSettled);
    return violation == null ? null : violation + "\n" + lastSteps();
  }

  /** Plays it, and tells its last steps. */
  String told() {
    play();
    return lastSteps();
  }

  private void stepAll() {
    for (Named process : processes) {
      if (!process.name().equals("people")) {
        step(process);
      }
    }
    kafka.writeMarker();
  }

  private void stepAny() {
    clock.advance(Duration.ofSeconds(1));
    int dice = random.nextInt(20);
    if (dice == 0) {
      tell(() -> "the session of whoever leads expires");
      kafka.group(SimulatedLeader.GROUP).expireFirst();
    } else if (dice < 4) {
      kafka.writeMarker();
    } else {
      List<Named> idle =
          processes.stream()
              .filter(process -> !running.contains(process))
              .flatMap(process -> Collections.nCopies(process.weight(), process).stream())
              .toList();
      step(idle.get(random.nextInt(idle.size())));
    }
  }

  private void step(Named process) {
    running.push(process);
    try {
      process.process().step();
    } catch (Crash e) {
      tell(() -> "%s crashes before %s".formatted(process.name(), e.getMessage()));
      process.process().crash();
    } catch (AssertionError e) {
      violated(String.valueOf(e.getMessage()));
    } finally {
      running.pop();
    }
    checkCommits(process.name());
  }

  private void checkCommits(String name) {
    check(
        () -> {
          while (checked < kafka.commits().size()) {
            Commit commit = kafka.commits().get(checked++);
            tell(() -> name + ": " + SimulatedCommits.describe(commit));
            invariants.check(commit);
          }
        });
  }

  private void check(Runnable holds) {
    try {
      holds.run();
    } catch (AssertionError e) {
      violated(String.valueOf(e.getMessage()));
    }
  }

  private void violated(String what) {
    if (violation == null) {
      violation = what;
    }
  }

  /** Words cost more than the rest, so they are found when somebody asks. */
  private void tell(Supplier<String> words) {
    if (told.size() == TOLD) {
      told.removeFirst();
    }
    String indent = "  ".repeat(running.size());
    told.add(() -> indent + words.get());
  }

  private String lastSteps() {
    return told.stream().map(Supplier::get).collect(joining("\n"));
  }

  /** Strikes a process in its calls, if the schedule is not quiet. */
  private final class Chance implements Interruption {
    private final String name;
    private final boolean fails;

    Chance(String name, boolean fails) {
      this.name = name;
      this.fails = fails;
    }

    @Override
    public void before(String call) {
      if (quiet || violation != null) {
        return;
      }
      int dice = random.nextInt(200);
      if (dice == 0 && fails) {
        throw new Crash(call);
      }
      if (dice == 1 && fails) {
        tell(() -> "%s: %s fails".formatted(name, call));
        throw new KafkaException("Kafka is away");
      }
      if (dice < 20 && running.size() < DEEPEST) {
        for (int i = random.nextInt(6); i >= 0; i--) {
          stepAny();
        }
      }
    }

    @Override
    public void after(String call) {
      checkCommits(name); // before anybody acts on them
      if (!quiet && fails && random.nextInt(50) == 0) {
        tell(() -> "%s is not told of its %s".formatted(name, call));
        throw new KafkaException("no answer");
      }
    }
  }
}
