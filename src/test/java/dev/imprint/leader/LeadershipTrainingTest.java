package dev.imprint.leader;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.leader.LearningMetrics.RunEnd;
import dev.imprint.leader.trigger.Trigger;
import dev.imprint.model.Command.Answer;
import dev.imprint.model.Command.Answer.State;
import dev.imprint.model.Command.Kind;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.Rollout;
import dev.imprint.rollout.Models;
import dev.imprint.rollout.Versions;
import dev.imprint.training.selection.TooFewLabelsException;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** When a leader trains a head without a command, and what becomes of it. */
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
  void shouldTakeOutWhatIsOverTheLimitsOnceAVersionIsPublished() throws Exception {
    retraining.trimming =
        List.of(new ProducerRecord<>(commands.topic(), "over".getBytes(UTF_8), null));

    train(1);

    int answers = 3;
    registry.awaitRecords(commands.topic(), 1 + answers + 1); // command, answers, tombstone
  }
}
