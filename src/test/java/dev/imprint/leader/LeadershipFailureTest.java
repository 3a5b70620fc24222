package dev.imprint.leader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.leader.LearningMetrics.RunEnd;
import dev.imprint.model.CheckResult;
import dev.imprint.model.Command.Kind;
import dev.imprint.rollout.Versions;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A leader whose training run fails, or is ended. */
class LeadershipFailureTest extends LeadershipSteps {
  private void beginWithAFailure() throws Exception {
    beginWith(Triggers.after(1));
    retraining.newLabels.set(1);
    retraining.lesson =
        () -> {
          throw new IOException("the disk is gone");
        };
    stepUntil(() -> runs.size() == 1);
  }

  @Test
  void shouldTryAgainAfterAPauseThatGrowsUntilATrainingWorks() throws Exception {
    beginWithAFailure();
    for (int pause = 10, failed = 1; failed <= 3; pause *= 2, failed++) {
      assertThat(leadership.check())
          .isEqualTo(
              CheckResult.degraded(
                  ("the last training run failed, retrying in %d s: java.io.IOException: the disk"
                          + " is gone")
                      .formatted(pause)));
      clock.advance(Duration.ofSeconds(pause));
      stepFor(3);
      assertThat(runs).hasSize(failed);
      clock.advance(Duration.ofMillis(1));
      int next = failed + 1;
      stepUntil(() -> runs.size() == next);
    }
    retraining.lesson = () -> Versions.candidate(1);

    clock.advance(Duration.ofMinutes(10));
    stepUntil(() -> runs.contains(RunEnd.PROMOTED));

    assertThat(leadership.check()).isEqualTo(CheckResult.UP);
    assertThat(registry.assertConsistent().versions()).hasSize(1);
    retraining.lesson =
        () -> {
          throw new IOException("again");
        };
    retraining.newLabels.set(1);
    stepUntil(() -> leadership.check().cause().contains("retrying in 10 s"));
  }

  @Test
  void shouldShowThatWhatIsLearnedFromIsNotFollowed() {
    retraining.check = CheckResult.degraded("reading the buffer");

    assertThat(leadership.check()).isEqualTo(retraining.check);
  }

  @Test
  void shouldNotHideADeadBufferBehindATrainingThatFailed() throws Exception {
    beginWithAFailure();

    retraining.check = CheckResult.down("the buffer has died").untilRestart();

    assertThat(leadership.check()).isEqualTo(retraining.check);
  }

  @Test
  void shouldEndATrainingUnderWayWhenItIsClosed() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    retraining.lesson =
        () -> {
          begun.countDown();
          try {
            new CountDownLatch(1).await();
          } finally {
            interrupted.countDown();
          }
          return Versions.candidate(1);
        };
    ask("1", Kind.RETRAIN, null, null);
    hand();
    stepUntil(() -> begun.getCount() == 0);

    leadership.close();

    assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(retraining.closed).hasValue(1);
    assertThat(carriedOut()).as("whoever leads next carries it out").isZero();
  }
}
