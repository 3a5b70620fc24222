package dev.imprint.leader;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.imprint.event.Clients;
import dev.imprint.event.DeadLetter;
import dev.imprint.leader.LearningMetrics.RunEnd;
import dev.imprint.model.CheckResult;
import dev.imprint.model.Command.Answer;
import dev.imprint.model.Command.Answer.State;
import dev.imprint.model.Command.Kind;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.Rollout;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.rollout.Models;
import dev.imprint.rollout.Versions;
import dev.imprint.training.selection.TooFewLabelsException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** How a leader carries out commands; {@link LeaderTest} covers the election. */
class LeadershipTest extends LeadershipSteps {
  @Test
  void shouldAnswerRetrainWithItsProgressAndThenWithTheVersionThatServes() throws Exception {
    long offset = ask("1", Kind.RETRAIN, null, null);

    List<Answer> answers = answers("1");

    ModelVersion serving = registry.assertConsistent().serving();
    assertThat(serving).isNotNull();
    assertThat(answers)
        .extracting(Answer::state, Answer::message, Answer::version)
        .containsExactly(
            tuple(State.RUNNING, "first line", null),
            tuple(State.RUNNING, "second line", null),
            tuple(State.DONE, "better", serving.version()));
    assertThat(registry.store.models().rollout()).extracting(Rollout::by).isEqualTo("anna");
    assertThat(carriedOut()).isEqualTo(offset + 1);
    assertThat(runs).containsExactly(RunEnd.PROMOTED);
    assertThat(judged).containsExactly(true);
  }

  @Test
  void shouldCommitVersionAnswerAndOffsetTogetherOrNothing() throws Exception {
    leadership.close();
    AtomicBoolean fails = new AtomicBoolean();
    begin(failing(registry.producer(), fails));
    long offset = ask("1", Kind.RETRAIN, null, null);
    retraining.lesson =
        () -> {
          fails.set(true);
          return Versions.candidate(1);
        };

    assertThatThrownBy(() -> answers("1")).isInstanceOf(KafkaException.class);

    assertThat(registry.store.models())
        .isEqualTo(new Models(List.of(), null, Versions.OPEN, LabelChanges.NONE, null, Map.of()));
    assertThat(committedAnswers("1")).extracting(Answer::state).containsOnly(State.RUNNING);
    assertThat(carriedOut()).isZero();
    leadership.close();
    fails.set(false);
    retraining.lesson = () -> Versions.candidate(1);
    begin(registry.producer());
    assertThat(answers("1")).extracting(Answer::state).containsOnlyOnce(State.DONE);
    assertThat(registry.assertConsistent().versions()).hasSize(1);
    assertThat(carriedOut()).isEqualTo(offset + 1);
  }

  @Test
  void shouldSayWhichBackbonesAreOpenOnce() throws Exception {
    assertThat(registry.store.models().backbones()).isEqualTo(Versions.OPEN);
    int records = registry.read(registry.store.topics().models()).size();

    leadership.close();
    begin(registry.producer());

    assertThat(registry.read(registry.store.topics().models())).hasSize(records);
  }

  @Test
  void shouldRecordButNotRollOutWhatTheGateRefuses() throws Exception {
    retraining.lesson = () -> Versions.candidate(Versions.head(1), false);
    ask("1", Kind.RETRAIN, null, null);

    Answer answer = last(answers("1"));

    Models models = registry.assertConsistent();
    assertThat(models.rollout()).isNull();
    assertThat(answer.state()).isEqualTo(State.REFUSED);
    assertThat(answer.message()).isEqualTo("worse");
    assertThat(models.names()).containsExactly(answer.version());
    assertThat(runs).containsExactly(RunEnd.REFUSED);
    assertThat(judged).containsExactly(false);
    assertThat(leadership.check()).isEqualTo(CheckResult.UP);
  }

  @Test
  void shouldRefuseToTrainOnTooFewLabelsInWords() throws Exception {
    Answer answer =
        train(
            "1",
            () -> {
              throw new TooFewLabelsException("3 labels of 'gear', 5 are needed");
            });

    assertThat(answer.state()).isEqualTo(State.REFUSED);
    assertThat(answer.message()).isEqualTo("3 labels of 'gear', 5 are needed");
    assertThat(answer.version()).isNull();
    assertThat(registry.store.models().versions()).isEmpty();
    assertThat(runs).containsExactly(RunEnd.TOO_FEW_LABELS);
    assertThat(leadership.check()).isEqualTo(CheckResult.UP);
  }

  @Test
  void shouldNotMakeTheHeadThatServesAgainUnlessForced() throws Exception {
    String version = train(1);
    runs.clear();
    Answer answer =
        train(
            "again",
            () -> {
              throw new NothingNewException(version);
            });

    assertThat(answer)
        .extracting(Answer::state, Answer::message, Answer::version)
        .containsExactly(
            State.DONE,
            "it serves, and has learned from all labels (--force trains anyway)",
            version);
    assertThat(registry.store.models().names()).containsExactly(version);
    assertThat(runs).containsExactly(RunEnd.NOTHING_NEW);
    assertThat(retraining.forced).isFalse();

    retraining.lesson = () -> Versions.candidate(2);
    ask("forced", Kind.RETRAIN, null, null, true);

    assertThat(last(answers("forced")).state()).isEqualTo(State.DONE);
    assertThat(retraining.forced).isTrue();
  }

  @Test
  void shouldRefuseToMakeAHeadAgainThatDoesNotServe() throws Exception {
    train(1);
    String refused =
        String.valueOf(train("2", () -> Versions.candidate(Versions.head(2), false)).version());

    Answer answer =
        train(
            "again",
            () -> {
              throw new NothingNewException(refused);
            });

    assertThat(answer.state()).isEqualTo(State.REFUSED);
    assertThat(answer.message())
        .isEqualTo(
            "there are no new labels since %s, so there is nothing to do (--force trains anyway)"
                .formatted(refused));
  }

  @Test
  void shouldSayOfWhatATrainingFailedAndGoOn() throws Exception {
    Answer answer =
        train(
            "1",
            () -> {
              throw new LinkageError("no such library");
            });

    assertThat(answer.state()).isEqualTo(State.FAILED);
    assertThat(answer.message()).contains("no such library");
    assertThat(runs).containsExactly(RunEnd.FAILED);
    assertThat(leadership.check().status()).isEqualTo(CheckResult.Status.DEGRADED);
    retraining.lesson = () -> Versions.candidate(1);
    ask("2", Kind.RETRAIN, null, null);
    assertThat(last(answers("2")).state()).isEqualTo(State.DONE);
    assertThat(leadership.check()).isEqualTo(CheckResult.UP);
  }

  @Test
  void shouldNotCarryOutWhatHasExpired() throws Exception {
    ask("1", Kind.RETRAIN, null, null);
    clock.advance(Duration.ofMinutes(11));

    Answer answer = last(answers("1"));

    assertThat(answer.state()).isEqualTo(State.REFUSED);
    assertThat(answer.message()).contains("expired at 2026-11-24T12:10:00Z");
    assertThat(retraining.champions).isEmpty();
  }

  @Test
  void shouldRefuseWhatExpectsAnotherServingVersion() throws Exception {
    String first = train(1);
    String second = train(2);
    ask("1", Kind.ROLLBACK, null, first);
    ask("2", Kind.ROLLBACK, null, second);

    Answer refused = last(answers("1"));
    Answer done = last(answers("2"));

    assertThat(refused.state()).isEqualTo(State.REFUSED);
    assertThat(refused.message()).isEqualTo("%s serves, not %s".formatted(second, first));
    assertThat(done.state()).isEqualTo(State.DONE);
  }

  @Test
  void shouldPromoteAndRollBackAndSayWhichVersionServes() throws Exception {
    String first = train(1);
    String second = train(2);
    ask("1", Kind.PROMOTE, first, null);
    ask("2", Kind.ROLLBACK, null, null);
    ask("3", Kind.PROMOTE, "v9-nowhere", null);
    ask("4", Kind.PROMOTE, null, null);

    assertThat(last(answers("1")))
        .extracting(Answer::state, Answer::version)
        .containsExactly(State.DONE, first);
    assertThat(last(answers("2")))
        .extracting(Answer::state, Answer::version)
        .containsExactly(State.DONE, second);
    assertThat(last(answers("3")))
        .extracting(Answer::state, Answer::message)
        .containsExactly(
            State.REFUSED,
            "there is no version v9-nowhere; existing versions: [%s, %s]".formatted(first, second));
    assertThat(last(answers("4")).message()).contains("does not name a version");
    assertThat(registry.store.models().rollout()).extracting(Rollout::serving).isEqualTo(second);
  }

  @Test
  void shouldMakeADeadLetterOfWhatIsNoCommand() throws Exception {
    List<String> garbage =
        List.of(
            "",
            "no json",
            "[]",
            "null",
            "{}",
            "{\"id\": \"x\", \"kind\": \"dance\", \"expires_at\": \"2030-01-01T00:00:00Z\"}",
            "{\"id\": \"x\", \"kind\": \"retrain\"}",
            "{\"state\": 7}",
            "{\"id\": \"x\", \"id\": \"y\", \"kind\": \"retrain\", \"expires_at\": \"2030-01-01\"}",
            "{\"id\": \"x\", \"kind\": 0, \"expires_at\": \"2030-01-01T00:00:00Z\"}");
    for (String value : garbage) {
      registry.write(commands.topic(), "x", value.getBytes(UTF_8));
    }
    registry.write(commands.topic(), "x", null);
    registry.write(commands.topic(), "x", "x".repeat(900_000).getBytes(UTF_8));
    long offset = ask("1", Kind.RETRAIN, null, null);

    assertThat(last(answers("1")).state()).isEqualTo(State.DONE);

    assertThat(retraining.champions).hasSize(1);
    assertThat(carriedOut()).isEqualTo(offset + 1);
    assertThat(rejected).hasValue(garbage.size() + 2);
    List<ConsumerRecord<byte[], byte[]>> letters = deadLetters(garbage.size() + 2);
    assertThat(letters)
        .extracting(letter -> DeadLetter.of(letter.headers()).reason())
        .containsOnly("bad_command");
    assertThat(letters)
        .extracting(letter -> DeadLetter.of(letter.headers()).offset())
        .isSorted()
        .doesNotHaveDuplicates();
    assertThat(DeadLetter.of(letters.get(5).headers()).message())
        .isEqualTo(
            "its kind is \"dance\": write one of retrain, fine_tune, promote, rollback, labels");
  }

  @Test
  void shouldNotLetALongNameMakeAnAnswerThatItsTopicRefuses() throws Exception {
    ask("1", Kind.PROMOTE, "v".repeat(1_000_000), null);

    Answer answer = last(answers("1"));

    assertThat(answer.state()).isEqualTo(State.REFUSED);
    assertThat(answer.message()).hasSizeLessThan(3_000);
  }

  private List<ConsumerRecord<byte[], byte[]>> deadLetters(int count) {
    List<ConsumerRecord<byte[], byte[]>> letters = new ArrayList<>();
    try (Consumer<byte[], byte[]> found = registry.store.clients().consumer(Map.of())) {
      List<TopicPartition> partitions = Clients.partitions(found, deadLetters());
      found.assign(partitions);
      found.seekToBeginning(partitions);
      await()
          .until(
              () -> {
                found.poll(Duration.ofMillis(100)).forEach(letters::add);
                return letters.size() >= count;
              });
    }
    return letters;
  }
}
