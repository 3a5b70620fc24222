package dev.imprint.leader;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.leader.LearningMetrics.RunEnd;
import dev.imprint.leader.trigger.TrainingTriggers;
import dev.imprint.leader.trigger.Trigger;
import dev.imprint.model.CheckResult;
import dev.imprint.model.Command.Answer;
import dev.imprint.model.Command.Answer.State;
import dev.imprint.model.Command.Kind;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.ModelVersion.Judgement;
import dev.imprint.model.Rollout;
import dev.imprint.model.metrics.Metrics;
import dev.imprint.rollout.Models;
import dev.imprint.rollout.Tunable;
import dev.imprint.rollout.Versions;
import dev.imprint.training.Candidate;
import dev.imprint.training.TooFewLabelsException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** When a leader trains without a command, and what becomes of it. */
class LeadershipTrainingTest extends LeadershipSteps {
  @Test
  void shouldChangeTheBackboneOnCommandAlone() throws Exception {
    beginWith(Triggers.after(1));
    retraining.changesBackbone.set(true);
    retraining.newLabels.set(100);
    clock.advance(Duration.ofHours(1));

    leadership.step();

    assertThat(leadership.isBusy()).isFalse();
    ask("1", Kind.RETRAIN, null, null);
    assertThat(last(answers("1")).state()).isEqualTo(State.DONE);
    retraining.changesBackbone.set(false); // the version serves
    retraining.newLabels.set(100);
    clock.advance(Duration.ofHours(1));
    leadership.step();
    assertThat(leadership.isBusy()).isTrue();
  }

  @Test
  void shouldFineTuneOnCommand() throws Exception {
    ask("1", Kind.FINE_TUNE, null, null);

    assertThat(last(answers("1")).state()).isEqualTo(State.DONE);
    assertThat(retraining.fineTuned).isTrue();
    assertThat(registry.assertConsistent().serving())
        .extracting(version -> version.training().startedBy())
        .isEqualTo(ModelVersion.TrainingStart.COMMAND);
  }

  @Test
  void shouldRefuseToFineTuneIfTheSettingsDoNotAllowIt() throws Exception {
    retraining.mayFineTune = false;

    ask("1", Kind.FINE_TUNE, null, null);

    assertThat(last(answers("1")).state()).isEqualTo(State.REFUSED);
    assertThat(leadership.check()).isEqualTo(CheckResult.UP);
    assertThat(runs).isEmpty();
  }

  @Test
  void shouldTrainTheFirstVersionAsSoonAsOneCanBeAndThenEachTimeTheLabelsHaveDoubled()
      throws Exception {
    beginWith(Triggers.after(50));
    retraining.newLabels.set(13);
    retraining.enough.set(true);
    stepFor(3);
    assertThat(retraining.champions).as("a head from a file serves").isEmpty();

    retraining.initialLabels = List.of();
    stepUntil(() -> runs.size() == 1);
    retraining.lesson = () -> Versions.candidate(2);
    retraining.newLabels.set(12);
    stepFor(3);
    assertThat(runs).hasSize(1);
    retraining.newLabels.set(13);
    stepUntil(() -> runs.size() == 2);

    assertThat(registry.assertConsistent().versions())
        .extracting(version -> version.training().startedBy())
        .containsExactly(ModelVersion.TrainingStart.LABELS, ModelVersion.TrainingStart.LABELS);
  }

  @Test
  void shouldNotTryAFirstVersionAgainForEachLabelAfterOneInVain() throws Exception {
    retraining.initialLabels = List.of();
    retraining.enough.set(true);
    beginWith(Triggers.after(50));
    retraining.lesson =
        () -> {
          throw new TooFewLabelsException("the pictures of each label are all in one fifth");
        };
    retraining.newLabels.set(6);
    stepUntil(() -> runs.size() == 1);

    retraining.newLabels.set(5);
    stepFor(3);

    assertThat(runs).containsExactly(RunEnd.TOO_FEW_LABELS);
    retraining.newLabels.set(6);
    stepUntil(() -> runs.size() == 2);
  }

  @Test
  void shouldTrainByItselfOnceThereAreEnoughNewLabels() throws Exception {
    train(1);
    beginWith(Triggers.after(50));
    retraining.newLabels.set(49);
    stepFor(3);
    assertThat(retraining.champions).hasSize(1);
    retraining.lesson = () -> Versions.candidate(2);

    retraining.newLabels.set(50);
    stepUntil(() -> runs.size() == 2);

    Models models = registry.assertConsistent();
    List<Answer> told =
        committedAnswers().stream().filter(answer -> answer.start() != null).toList();
    assertThat(told)
        .extracting(Answer::state)
        .containsExactly(State.RUNNING, State.RUNNING, State.DONE);
    assertThat(told).extracting(Answer::start).containsOnly(ModelVersion.TrainingStart.LABELS);
    assertThat(told).extracting(Answer::message).startsWith("first line", "second line");
    assertThat(last(told).version()).isEqualTo(models.names().get(1));
    assertThat(told).extracting(Answer::command).containsOnly(last(told).command());
    assertThat(models.versions()).hasSize(2);
    assertThat(models.rollout()).extracting(Rollout::by).isEqualTo("trigger");
    assertThat(retraining.champions).containsExactly("none", models.names().get(0));
    stepFor(3);
    assertThat(retraining.champions).as("nothing is new").hasSize(2);
  }

  @Test
  void shouldTrainByItselfOnceALabelHasWaitedLongEnough() throws Exception {
    beginWith(new Trigger(0, Duration.ZERO, Duration.ofHours(1), 0, 1, 0));
    retraining.newLabels.set(1);
    clock.advance(Duration.ofMinutes(59));
    stepFor(3);
    assertThat(retraining.champions).isEmpty();

    clock.advance(Duration.ofMinutes(1));
    stepUntil(() -> runs.size() == 1);

    assertThat(registry.assertConsistent().versions()).hasSize(1);
  }

  /** The next leader counts them on the topic. */
  @Test
  void shouldWaitLongerAfterTrainingsThatBroughtNothingWhoeverLeads() throws Exception {
    Trigger doubling = new Trigger(10, Duration.ZERO, Duration.ZERO, 0, 8, 0);
    beginWith(doubling);
    for (int seed = 1; seed <= 2; seed++) {
      int refused = seed;
      retraining.lesson = () -> Versions.candidate(Versions.head(refused), false);
      retraining.newLabels.set(10);
      stepUntil(() -> runs.size() == refused);
      clock.advance(Duration.ofSeconds(1));
    }
    beginWith(doubling);

    retraining.newLabels.set(19);
    stepFor(3);
    assertThat(runs).hasSize(2);
    retraining.lesson = () -> Versions.candidate(3);
    retraining.newLabels.set(20);
    stepUntil(() -> runs.size() == 3);

    assertThat(registry.assertConsistent().versions())
        .extracting(version -> version.training().startedBy())
        .containsOnly(ModelVersion.TrainingStart.LABELS);
    retraining.newLabels.set(10);
    stepUntil(() -> runs.size() == 4);
  }

  @Test
  void shouldNotWaitLongerAfterACommand() throws Exception {
    beginWith(new Trigger(10, Duration.ZERO, Duration.ZERO, 0, 8, 0));
    for (int seed = 1; seed <= 2; seed++) {
      int refused = seed;
      retraining.lesson = () -> Versions.candidate(Versions.head(refused), false);
      retraining.newLabels.set(10);
      stepUntil(() -> runs.size() == refused);
    }
    train("by hand", () -> Versions.candidate(Versions.head(3), false));

    retraining.newLabels.set(10);
    stepUntil(() -> runs.size() == 4);

    assertThat(registry.assertConsistent().versions())
        .extracting(version -> version.training().startedBy())
        .endsWith(ModelVersion.TrainingStart.COMMAND, ModelVersion.TrainingStart.LABELS);
  }

  @Test
  void shouldTrainSoonerOnceTheLiveAccuracyDrops() throws Exception {
    train(1);
    beginWith(new Trigger(10, Duration.ZERO, Duration.ZERO, 0.1, 8, 0));
    retraining.newLabels.set(2);
    stepFor(3);
    assertThat(runs).hasSize(1);
    retraining.lesson = () -> Versions.candidate(2);

    retraining.dropped.set(true);
    stepUntil(() -> runs.size() == 2);

    assertThat(registry.assertConsistent().serving())
        .extracting(version -> version.training().startedBy())
        .isEqualTo(ModelVersion.TrainingStart.ACCURACY_DROP);
  }

  @Test
  void shouldFineTuneByItselfOnceHeadsHaveStalledAndNotAgainForTheSameLabelsWhoeverLeads()
      throws Exception {
    TrainingTriggers triggers = new TrainingTriggers(Triggers.after(5), Triggers.stalled(10, 1));
    beginWith(triggers);
    retraining.newToTheNetwork.set(10);
    stepFor(3);
    assertThat(retraining.champions).as("no head has been trained").isEmpty();
    retraining.newLabels.set(5);
    stepUntil(() -> runs.size() == 1);
    stepFor(3);
    assertThat(runs).as("the first head has gained").hasSize(1);

    retraining.lesson = () -> candidateBetterBy(0.001, 2);
    retraining.newLabels.set(5);
    stepUntil(() -> runs.size() == 2);
    retraining.lesson = () -> Tunable.candidate("tuned".getBytes(UTF_8), 3);
    stepUntil(() -> runs.size() == 3);

    assertThat(retraining.fineTuned).isTrue();
    assertThat(registry.assertConsistent().serving())
        .satisfies(version -> assertThat(version.network()).isNotNull())
        .extracting(version -> version.training().startedBy())
        .isEqualTo(ModelVersion.TrainingStart.STALLED_HEADS);
    retraining.lesson = () -> candidateBetterBy(-0.1, 4);
    retraining.newLabels.set(5);
    stepUntil(() -> runs.size() == 4);
    beginWith(triggers);
    retraining.newToTheNetwork.set(9);
    stepFor(3);
    assertThat(runs).hasSize(4);
  }

  @Test
  void shouldGoOnTrainingHeadsAfterAFineTuningOfItsOwnHasFailed() throws Exception {
    train(1);
    train("stalled", () -> candidateBetterBy(0, 2));
    beginWith(new TrainingTriggers(Triggers.after(5), Triggers.stalled(10, 1)));
    retraining.lesson =
        () -> {
          throw new IOException("the fine-tuning failed: it was killed");
        };
    retraining.newToTheNetwork.set(10);
    stepUntil(() -> runs.contains(RunEnd.FAILED));
    CheckResult failed = leadership.check();

    retraining.lesson = () -> candidateBetterBy(0, 3);
    retraining.newLabels.set(5);
    stepUntil(() -> runs.size() == 4);

    assertThat(failed.cause())
        .isEqualTo(
            "the last fine-tuning failed, retrying in 600 s: java.io.IOException: the fine-tuning"
                + " failed: it was killed");
    assertThat(leadership.check()).isEqualTo(failed);
    retraining.lesson = () -> Tunable.candidate("tuned".getBytes(UTF_8), 4);
    clock.advance(Duration.ofMinutes(11));
    stepUntil(() -> runs.size() == 5);
    assertThat(leadership.check()).isEqualTo(CheckResult.UP);
  }

  @Test
  void shouldTrainAHeadFromLabelsThatWereTooFewToFineTune() throws Exception {
    beginWith(Triggers.after(5));
    retraining.newLabels.set(5);
    retraining.lesson =
        () -> {
          retraining.lesson = () -> Versions.candidate(1);
          throw new TooFewLabelsException("fine-tuning needs more");
        };
    ask("1", Kind.FINE_TUNE, null, null);
    assertThat(last(answers("1")).state()).isEqualTo(State.REFUSED);

    stepUntil(() -> runs.size() == 2);

    assertThat(runs).containsExactly(RunEnd.TOO_FEW_LABELS, RunEnd.PROMOTED);
  }

  @Test
  void shouldNotPromiseToRepeatACommand() throws Exception {
    retraining.lesson =
        () -> {
          throw new IOException("it was killed");
        };

    ask("1", Kind.FINE_TUNE, null, null);

    assertThat(last(answers("1")).state()).isEqualTo(State.FAILED);
    assertThat(leadership.check())
        .isEqualTo(
            CheckResult.degraded(
                "the last fine-tuning failed: java.io.IOException: it was killed"));
  }

  private static Candidate candidateBetterBy(double gain, long seed) {
    Candidate candidate = Versions.candidate(seed);
    Metrics challenger = new Metrics(100, 0.5, 0.5, 0.5, 0.5 + gain, List.of(), List.of());
    Metrics champion = new Metrics(100, 0.5, 0.5, 0.5, 0.5, List.of(), List.of());
    return new Candidate(
        candidate.head(),
        List.of(),
        candidate.training(),
        new Judgement(gain >= 0, "judged", challenger, champion, null),
        candidate.examples(),
        List.of(),
        List.of());
  }

  @Test
  void shouldTryAgainAfterAPauseThatGrowsUntilATrainingWorks() throws Exception {
    beginWith(Triggers.after(1));
    retraining.newLabels.set(1);
    retraining.lesson =
        () -> {
          throw new IOException("the disk is gone");
        };
    stepUntil(() -> runs.size() == 1);
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
  void shouldTakeOutWhatIsOverTheLimitsOnceAVersionIsPublished() throws Exception {
    retraining.trimming =
        List.of(new ProducerRecord<>(commands.topic(), "over".getBytes(UTF_8), null));

    train(1);

    int answers = 3;
    registry.awaitRecords(commands.topic(), 1 + answers + 1); // command, answers, tombstone
  }

  @Test
  void shouldShowThatWhatIsLearnedFromIsNotFollowed() {
    retraining.check = CheckResult.degraded("reading the buffer");

    assertThat(leadership.check()).isEqualTo(retraining.check);
  }

  @Test
  void shouldNotHideADeadBufferBehindATrainingThatFailed() throws Exception {
    beginWith(Triggers.after(1));
    retraining.newLabels.set(1);
    retraining.lesson =
        () -> {
          throw new IOException("the disk is gone");
        };
    stepUntil(() -> runs.size() == 1);

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
