package dev.imprint.simulation;

import static java.util.stream.Collectors.joining;

import dev.imprint.pipeline.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Runs processes on a simulated Kafka in an order determined by a seed. At each call to Kafka, the
 * process may crash, Kafka may fail, or other processes may run first, so a process can be
 * overtaken between any two of its calls. Invariants are checked after each commit.
 */
public final class Schedule {
  /** Something that runs independently, although in the simulation's only thread. */
  public interface Process {
    void step();

    /** It loses everything in memory, and starts again at its next step. */
    default void crash() {}
  }

  /**
   * @param weight how often it has its turn
   */
  private record Named(String name, int weight, Process process) {}

  private static final int DEEPEST = 3;
  private static final int TOLD = 60;

  private final SplittableRandom random;
  private final TestClock clock;
  private final SimulatedKafka kafka;
  private final Consumer<Commit> invariants;
  private final Function<Commit, String> words;
  private final List<Named> processes = new ArrayList<>();
  private final Deque<Named> running = new ArrayDeque<>();
  private final Deque<Supplier<String>> told = new ArrayDeque<>();
  private int checked;
  private boolean quiet;
  private @Nullable String violation;

  /**
   * @param invariants throw an {@link AssertionError} where a commit violates them
   * @param words say what was committed
   */
  public Schedule(
      long seed,
      Instant start,
      SimulatedKafka kafka,
      Consumer<Commit> invariants,
      Function<Commit, String> words) {
    this.random = new SplittableRandom(seed);
    this.clock = new TestClock(start);
    this.kafka = kafka;
    this.invariants = invariants;
    this.words = words;
  }

  public SplittableRandom random() {
    return random;
  }

  public TestClock clock() {
    return clock;
  }

  /**
   * @param weight how often it has its turn
   */
  public void add(String name, int weight, Process process) {
    processes.add(new Named(name, weight, process));
  }

  /**
   * The interruptions that may happen during a process's calls.
   *
   * @param fails whether Kafka may fail, and the process crash, in its calls
   */
  public Interruption interruption(String name, boolean fails) {
    return new Chance(name, fails);
  }

  /** Runs so many steps of random processes, unless something does not hold. */
  public void play(int steps) {
    for (int i = 0; i < steps && violation == null; i++) {
      stepAny();
    }
  }

  /** From now on, nothing fails and no call is interrupted. */
  public void quieten() {
    quiet = true;
    tell(() -> "from now on nothing fails");
  }

  /** Ends the quiet. */
  public void disturb() {
    quiet = false;
    tell(() -> "from now on anything may happen");
  }

  public boolean isQuiet() {
    return quiet;
  }

  /** Runs a step of each of these, then writes all markers. */
  public void stepEach(List<String> names) {
    for (Named process : processes) {
      if (names.contains(process.name())) {
        step(process);
      }
    }
    kafka.writeMarkers();
  }

  /** A process in the middle of a call has no turn. */
  private void stepAny() {
    clock.advance(Duration.ofSeconds(1));
    List<Named> idle =
        processes.stream()
            .filter(process -> !running.contains(process))
            .flatMap(process -> Collections.nCopies(process.weight(), process).stream())
            .toList();
    step(idle.get(random.nextInt(idle.size())));
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
            tell(() -> name + ": " + words.apply(commit));
            invariants.accept(commit);
          }
        });
  }

  /** Treats an {@link AssertionError} as a violation. */
  public void check(Runnable holds) {
    try {
      holds.run();
    } catch (AssertionError e) {
      violated(String.valueOf(e.getMessage()));
    }
  }

  public void violated(String what) {
    if (violation == null) {
      violation = what;
    }
  }

  public boolean holds() {
    return violation == null;
  }

  /** The violated invariant, with the last steps; null if none was. */
  public @Nullable String violation() {
    return violation == null ? null : violation + "\n" + lastSteps();
  }

  /** Formatting is expensive, so it is left until somebody asks. */
  public void tell(Supplier<String> step) {
    if (told.size() == TOLD) {
      told.removeFirst();
    }
    String indent = "  ".repeat(running.size());
    told.add(() -> indent + step.get());
  }

  public String lastSteps() {
    return told.stream().map(Supplier::get).collect(joining("\n"));
  }

  /** Interrupts a process's calls, unless the schedule is quiet. */
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
      checkCommits(name); // before anyone acts on them
      if (!quiet && fails && random.nextInt(50) == 0) {
        tell(() -> "%s is not told of its %s".formatted(name, call));
        throw new KafkaException("no answer");
      }
    }
  }
}
