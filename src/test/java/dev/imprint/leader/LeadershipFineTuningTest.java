package dev.imprint.leader;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.leader.LearningMetrics.RunEnd;
import dev.imprint.leader.trigger.TrainingTriggers;
import dev.imprint.model.CheckResult;
import dev.imprint.model.Command.Answer.State;
import dev.imprint.model.Command.Kind;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.ModelVersion.Judgement;
import dev.imprint.model.metrics.Metrics;
import dev.imprint.rollout.Tunable;
import dev.imprint.rollout.Versions;
import dev.imprint.training.Candidate;
import dev.imprint.training.selection.TooFewLabelsException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a leader fine-tunes the network, on command or without one. */
class LeadershipFineTuningTest extends LeadershipSteps {
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
}
