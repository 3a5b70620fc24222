package dev.imprint.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.imprint.event.Topics;
import dev.imprint.terminal.ExitCodes;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Leaders and followers are killed and stopped while a network is tuned, published and loaded. By
 * id, nothing may be lost or duplicated, each prediction comes from the version that it names, each
 * version is whole, and a command is carried out once.
 */
@Tag("long")
@Timeout(600)
class FineTuneCrashTest extends FineTuneCrashSteps {
  private static final Topics TOPICS = Topics.DEFAULTS;
  private static final boolean KILL = true;
  private static final boolean STOP = false;

  @Test
  void shouldFineTuneOnceThoughTheLeaderIsEndedMeanwhile() throws Exception {
    trainHead();

    for (boolean how : List.of(KILL, STOP)) {
      CompletableFuture<Cli> run = fineTune();
      Instance leader = awaitTuning();
      List<ProcessHandle> children = leader.process().children();
      pause(2_000);
      assertThat(run).as("it is still fine-tuning").isNotDone();
      end(leader, how);

      assertThat(children).hasSize(1).allMatch(FineTuneCrashTest::ends);
      start(leader.name());
      String tuned = serving(run.get());
      for (Instance each : instances.values()) {
        awaitServes(each, tuned);
      }
    }
    assertThat(leader().data().resolve("tuning")).as("copies of pictures").doesNotExist();
    assertAll(2);
  }

  @Test
  void shouldPublishWholeVersionsThoughTheLeaderIsEndedMeanwhile() throws Exception {
    trainHead();

    for (boolean how : List.of(KILL, STOP, KILL)) {
      long before = end(TOPICS.artifacts());
      CompletableFuture<Cli> run = fineTune();
      Instance leader = awaitTuning();
      awaitMoreOn(TOPICS.artifacts(), before);
      pause(20);
      end(leader, how);

      start(leader.name());
      serving(run.get());
    }
    assertAll(3);
  }

  @Test
  void shouldServeWhatIsRolledOutThoughInstancesAreEndedWhileTheyLoadIt() throws Exception {
    String head = trainHead();
    String tuned = serving(fineTune().get());

    Instance leader = leader();
    Instance follower = other(leader);
    swap(head, tuned, follower, KILL);
    swap(tuned, head, Objects.requireNonNull(instances.get(follower.name())), STOP);
    swap(head, tuned, leader(), KILL);
    assertAll(1);
  }

  /** Rolls out one version after the other, and ends an instance as it loads the second one. */
  private void swap(String from, String to, Instance victim, boolean how) throws Exception {
    for (String version : List.of(from, to)) {
      long before = end(TOPICS.models());
      if (imprint("models promote " + version).exitCode() == ExitCodes.DONE) {
        awaitMoreOn(TOPICS.models(), before);
      }
      if (version.equals(from)) {
        for (Instance each : instances.values()) {
          awaitServes(each, from);
        }
      }
    }
    pause(300);
    end(victim, how);

    start(victim.name());
    for (Instance each : instances.values()) {
      awaitServes(each, to);
    }
  }

  /** The instance with a process that fine-tunes. */
  private Instance awaitTuning() {
    return await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () ->
                instances.values().stream()
                    .filter(each -> !each.process().children().isEmpty())
                    .findFirst(),
            found -> found.isPresent())
        .orElseThrow();
  }

  private static boolean ends(ProcessHandle child) {
    try {
      child.onExit().get(20, TimeUnit.SECONDS);
      return true;
    } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
      return !child.isAlive();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
