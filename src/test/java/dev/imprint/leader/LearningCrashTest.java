package dev.imprint.leader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.imprint.leader.LabelledLoad.Said;
import dev.imprint.leader.LearningWorker.Moment;
import dev.imprint.leader.LearningWorkers.Worker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whole instances in separate JVMs serve, take labels and train; leader and followers are killed
 * and stopped, and another instance joins after each. By id, nothing may be lost or duplicated,
 * nothing may be learned wrongly, and every prediction must come from a complete version.
 */
class LearningCrashTest extends LearningCrashSteps {
  /** How an instance is ended. */
  private enum Deed {
    KILL_LEADER_TRAINING,
    KILL_LEADER_PUBLISHING,
    KILL_FOLLOWER,
    STOP_LEADER_TRAINING,
    STOP_LEADER_PUBLISHING,
    STOP_FOLLOWER;

    boolean kills() {
      return name().startsWith("KILL");
    }

    boolean ofLeader() {
      return this != KILL_FOLLOWER && this != STOP_FOLLOWER;
    }

    boolean whilePublishing() {
      return this == KILL_LEADER_PUBLISHING || this == STOP_LEADER_PUBLISHING;
    }
  }

  private final List<Outage> outages = new ArrayList<>();

  LearningCrashTest() {
    super("crash.");
  }

  @Test
  @Tag("long")
  void shouldLearnEachLabelOnceThoughLeadersAndFollowersAreKilledAndStopped() throws Exception {
    run(
        List.of(
            Deed.KILL_LEADER_TRAINING,
            Deed.STOP_LEADER_TRAINING,
            Deed.KILL_FOLLOWER,
            Deed.STOP_LEADER_PUBLISHING,
            Deed.KILL_LEADER_PUBLISHING,
            Deed.STOP_FOLLOWER,
            Deed.KILL_LEADER_PUBLISHING,
            Deed.STOP_FOLLOWER,
            Deed.KILL_LEADER_TRAINING,
            Deed.STOP_LEADER_PUBLISHING));
  }

  private void run(List<Deed> deeds) throws Exception {
    workers.start();
    workers.start();
    load.start();
    awaitPublished(1);
    awaitPredictions();

    for (Deed deed : deeds) {
      carryOut(deed);
    }
    int published = registry.store.models().nextNumber();
    awaitPublished(published + 1);

    load.stop();
    awaitSettled();
    assertThat(workers.logged("The version that should be serving is not")).isEmpty();
    workers.close();
    observer.close();
    outages.forEach(o -> System.out.println(o.describe(observer.predictions, PARTITIONS)));
    new LearningCheck(load, observer, registry).assertAll(directory.resolve("embeddings"));
  }

  /** Ends one instance at a random moment, lets another one join, and waits for a full recovery. */
  private void carryOut(Deed deed) throws Exception {
    Worker leader =
        workers.awaitLeaderAt(deed.whilePublishing() ? Moment.TRAINED : Moment.TRAINING);
    Worker victim = deed.ofLeader() ? leader : workers.follower();
    long leaderships = leader.count(Moment.LEADS);
    pause(Duration.ofMillis(random.nextInt(deed.whilePublishing() ? 250 : 1000)));
    Instant at = Instant.now();
    if (deed.kills()) {
      victim.process().destroyForcibly();
    } else {
      victim.process().destroy();
    }
    assertThat(victim.process().waitFor(60, TimeUnit.SECONDS)).isTrue();
    Duration ending = Duration.between(at, Instant.now());
    workers.remove(victim);
    boolean sameDisk = random.nextBoolean();
    Worker joined = sameDisk ? workers.start(victim.state()) : workers.start();
    Worker next = workers.awaitLeader();
    Duration leaderAfter = Duration.between(at, Instant.now());
    awaitPredictions();
    if (deed.ofLeader()) {
      assertThat(next).isNotEqualTo(victim);
    } else {
      assertThat(next).isEqualTo(leader);
      assertThat(leader.count(Moment.LEADS))
          .as("leaderships of who leads on")
          .isEqualTo(leaderships);
    }
    List<Moment> passed = victim.passed();
    outages.add(
        new Outage(
            "%s (%s, last %s, ended in %.1f s); %s joins %s, %s leads"
                .formatted(
                    deed,
                    victim.name(),
                    passed.isEmpty() ? "following" : passed.get(passed.size() - 1),
                    ending.toMillis() / 1e3,
                    joined.name(),
                    sameDisk ? "on its disk" : "on a new disk",
                    next.name()),
            at,
            Instant.now(),
            deed.ofLeader() ? Optional.of(leaderAfter) : Optional.empty()));
  }

  /** The seed determines the moment, whatever is awaited. */
  private static void pause(Duration time) {
    LockSupport.parkNanos(time.toNanos());
  }

  private void awaitPublished(int versions) {
    await()
        .atMost(Duration.ofMinutes(4))
        .pollInterval(Duration.ofMillis(250))
        .until(() -> registry.store.models().nextNumber() > versions);
  }

  /** Waits until images sent from now on are predicted, on each partition. */
  private void awaitPredictions() {
    int goal = load.sent();
    await()
        .atMost(Duration.ofMinutes(4))
        .until(
            () ->
                observer.newest().values().stream().filter(newest -> newest >= goal).count()
                    == PARTITIONS);
  }

  /**
   * Waits until all required has arrived, or nothing more does for longer than any timeout here.
   */
  private void awaitSettled() {
    Set<String> people =
        load.accepted().values().stream()
            .flatMap(List::stream)
            .map(Said::who)
            .collect(Collectors.toSet());
    Set<String> forgotten = load.forgotten().keySet();
    await()
        .atMost(Duration.ofMinutes(5))
        .until(
            () -> {
              boolean complete =
                  observer.predictedImages() >= load.sent()
                      && observer.haveJudged(people)
                      && observer.haveForgotten(forgotten);
              return observer.quiet().toSeconds() >= (complete ? 2 : 40);
            });
  }
}
