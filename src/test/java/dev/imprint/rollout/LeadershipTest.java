package dev.imprint.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.imprint.broker.BrokerExtension;
import dev.imprint.event.Clients;
import dev.imprint.event.CommandCodec;
import dev.imprint.event.DeadLetter;
import dev.imprint.event.Json;
import dev.imprint.model.CheckResult;
import dev.imprint.model.Claim;
import dev.imprint.model.Command;
import dev.imprint.model.Command.Answer;
import dev.imprint.model.Command.Answer.State;
import dev.imprint.model.Command.Kind;
import dev.imprint.model.Label;
import dev.imprint.model.LabelChange;
import dev.imprint.model.LabelChanges;
import dev.imprint.model.LinearHead;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.ModelVersion.Judgement;
import dev.imprint.model.Rollout;
import dev.imprint.pipeline.TestClock;
import dev.imprint.rollout.LearningMetrics.RunEnd;
import dev.imprint.training.TooFewLabelsException;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The work of a leader, step by step, with a real broker; {@link LeaderTest} covers the election.
 */
@SuppressWarnings("NullAway.Init")
@Timeout(60)
class LeadershipTest {
  @RegisterExtension private static final BrokerExtension broker = new BrokerExtension();

  private final TestClock clock = new TestClock(Versions.AT);
  private final TestRetraining retraining = new TestRetraining();
  private final List<RunEnd> runs = new ArrayList<>();
  private final List<Boolean> judged = new ArrayList<>();
  private final AtomicInteger rejected = new AtomicInteger();
  private final LearningMetrics metrics =
      new LearningMetrics() {
        @Override
        public void trained(RunEnd outcome, Duration time) {
          runs.add(outcome);
        }

        @Override
        public void judged(@Nullable Judgement judgement) {
          if (judgement != null) {
            judged.add(judgement.promoted());
          }
        }

        @Override
        public void commandRejected() {
          rejected.incrementAndGet();
        }
      };
  private TestRegistry registry;
  private TopicPartition commands;
  private Consumer<byte[], byte[]> consumer;
  private Consumer<byte[], byte[]> reader;
  private final List<Answer> committed = new ArrayList<>();
  private Leadership leadership;
  private Trigger trigger = new Trigger(0, Duration.ZERO, Duration.ZERO, 0, 1, 0);

  @BeforeEach
  void open() throws Exception {
    registry = TestRegistry.create(broker.bootstrapServers(), broker.prefix());
    commands = new TopicPartition(registry.store.topics().commands(), 0);
    consumer = registry.store.clients().consumer(Map.of(ConsumerConfig.GROUP_ID_CONFIG, group()));
    reader = registry.store.clients().consumer(Map.of());
    reader.assign(List.of(commands));
    reader.seekToBeginning(List.of(commands));
    begin(registry.producer());
  }

  @AfterEach
  void close() {
    leadership.close();
    consumer.close();
    reader.close();
  }

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
        .isEqualTo(new Models(List.of(), null, Versions.OPEN, LabelChanges.NONE, Map.of()));
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
    int records = registry.records(registry.store.topics().models());

    leadership.close();
    begin(registry.producer());

    assertThat(registry.records(registry.store.topics().models())).isEqualTo(records);
  }

  @Test
  void shouldChangeTheBackboneOnCommandAlone() throws Exception {
    leadership.close();
    trigger = new Trigger(1, Duration.ZERO, Duration.ZERO, 0, 1, 0);
    begin(registry.producer());
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
        String.valueOf(
            train("2", () -> Versions.candidate(Versions.head(2), false)).version());

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
        .isEqualTo("its kind is \"dance\": write one of retrain, promote, rollback, labels");
  }

  @Test
  void shouldNotLetALongNameMakeAnAnswerThatItsTopicRefuses() throws Exception {
    ask("1", Kind.PROMOTE, "v".repeat(1_000_000), null);

    Answer answer = last(answers("1"));

    assertThat(answer.state()).isEqualTo(State.REFUSED);
    assertThat(answer.message()).hasSizeLessThan(3_000);
  }

  @Test
  void shouldTrainTheFirstVersionAsSoonAsOneCanBeAndThenEachTimeTheLabelsHaveDoubled()
      throws Exception {
    beginWith(new Trigger(50, Duration.ZERO, Duration.ZERO, 0, 1, 0));
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
    beginWith(new Trigger(50, Duration.ZERO, Duration.ZERO, 0, 1, 0));
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
    beginWith(new Trigger(50, Duration.ZERO, Duration.ZERO, 0, 1, 0));
    retraining.newLabels.set(49);
    stepFor(3);
    assertThat(retraining.champions).hasSize(1);
    retraining.lesson = () -> Versions.candidate(2);

    retraining.newLabels.set(50);
    stepUntil(() -> runs.size() == 2);

    Models models = registry.assertConsistent();
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
  void shouldTryAgainAfterAPauseThatGrowsUntilATrainingWorks() throws Exception {
    beginWith(new Trigger(1, Duration.ZERO, Duration.ZERO, 0, 1, 0));
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
    beginWith(new Trigger(1, Duration.ZERO, Duration.ZERO, 0, 1, 0));
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

  private String group() {
    return registry.applicationId + "-leader";
  }

  @Test
  void shouldServeTheSameWeightsUnderTheNewNameAtOnceAfterARename() throws Exception {
    String before = train(1);
    label("image-1", "label-0");

    Answer answer = change("r", rename("label-0", "nut"));

    Models models = registry.assertConsistent();
    ModelVersion serving = Objects.requireNonNull(models.serving());
    assertThat(answer.state()).as(answer.message()).isEqualTo(State.DONE);
    assertThat(answer.message())
        .isEqualTo(
            "rename 'label-0' to 'nut': 1 labelled picture; %s takes the place of %s, with the same"
                + " weights",
            serving.version(), before);
    assertThat(serving)
        .returns(before, ModelVersion::parent)
        .returns(List.of("nut", "label-1"), ModelVersion::labels);
    LinearHead head = registry.store.head(serving).head();
    assertThat(head.weights()).isEqualTo(Versions.head(1).weights());
    assertThat(new String(registry.store.manifest(serving), UTF_8))
        .isEqualTo(
            "{\"image_id\":\"image-1\",\"sha256\":\"ab\",\"label\":\"nut\"}\n"
                + "{\"image_id\":\"image-2\",\"sha256\":\"cd\",\"label\":\"label-1\"}\n");
    assertThat(models.labelChanges().of("label-0")).isEqualTo("nut");
    assertThat(retraining.changes).isEqualTo(models.labelChanges());
    assertThat(retraining.champions).as("trainings").containsExactly("none");
  }

  @Test
  void shouldChangeLabelsTogetherWithVersionAnswerAndOffsetOrNotAtAll() throws Exception {
    String before = train(1);
    leadership.close();
    AtomicBoolean fails = new AtomicBoolean();
    begin(failing(registry.producer(), fails));
    fails.set(true);
    ask("r", rename("label-0", "nut"));
    hand();

    assertThatThrownBy(() -> stepFor(1)).isInstanceOf(KafkaException.class);
    Models untouched = registry.store.models();
    leadership.close();
    begin(registry.producer());
    Answer answer = last(answers("r"));

    assertThat(untouched.labelChanges()).isEqualTo(LabelChanges.NONE);
    assertThat(untouched.rollout()).extracting(Rollout::serving).isEqualTo(before);
    assertThat(answer.state()).isEqualTo(State.DONE);
    assertThat(registry.assertConsistent().versions()).hasSize(2);
    assertThat(retraining.changes.named("label-0")).isEqualTo("nut");
  }

  @Test
  void shouldAddUpMergedLabelsAndTrainThemAnewEvenUnderTheNextLeader() throws Exception {
    train(1);
    label("image-1", "label-0");
    label("image-3", "nut"); // not learned yet

    retraining.lesson =
        () -> {
          new CountDownLatch(1).await(); // this leader may begin, but does not end
          throw new IllegalStateException("not interrupted");
        };
    ask("m", new LabelChange(LabelChange.Kind.MERGE, List.of("label-0", "nut"), "nut"));
    ask("n", rename("nut", "hex nut")); // its version is the newest then
    Answer answer = last(answers("m"));
    last(answers("n"));
    leadership.close();
    retraining.champions.clear();
    retraining.lesson = () -> Versions.candidate(1);
    begin(registry.producer());
    stepUntil(() -> retraining.champions.size() == 1);

    assertThat(answer.message()).contains("2 labelled pictures").endsWith("; a training starts");
    stepUntil(() -> registry.store.models().versions().size() == 4);
    stepFor(5);
    assertThat(retraining.champions).as("once").hasSize(1);
  }

  @Test
  void shouldServeWithoutARetiredLabelAndWithItAgainOnceItIsRestored() throws Exception {
    String trained = train(1);
    label("image-1", "label-0");

    Answer retired =
        change("x", new LabelChange(LabelChange.Kind.RETIRE, List.of("label-0"), null));
    ModelVersion without = Objects.requireNonNull(registry.store.models().serving());
    Answer last = change("y", new LabelChange(LabelChange.Kind.RETIRE, List.of("label-1"), null));
    Answer restored =
        change("z", new LabelChange(LabelChange.Kind.RESTORE, List.of("label-0"), null));

    assertThat(retired.message())
        .contains("1 labelled picture stays, but will not be learned from");
    assertThat(without.labels()).containsExactly("label-1");
    assertThat(without.training().unlearned()).as("once restored").containsExactly("label-0");
    assertThat(new String(registry.store.manifest(without), UTF_8)).doesNotContain("label-0");
    assertThat(last.state()).isEqualTo(State.REFUSED);
    assertThat(last.message()).contains("which serves, would have no label left");
    assertThat(restored.message()).endsWith("; the next training learns it");
    assertThat(registry.store.models().labelChanges()).isEqualTo(LabelChanges.NONE);
    assertThat(registry.store.models().version(trained)).isNotNull();
  }

  @Test
  void shouldKeepALabelOfTheHeadThatTheServiceStartedWith() throws Exception {
    Answer renamed = change("a", rename("initial-0", "nut"));
    Answer retired =
        change("b", new LabelChange(LabelChange.Kind.RETIRE, List.of("nut"), null));
    Answer last =
        change("c", new LabelChange(LabelChange.Kind.RETIRE, List.of("initial-1"), null));

    assertThat(renamed.state()).as(renamed.message()).isEqualTo(State.DONE);
    assertThat(renamed.message())
        .endsWith("; the head that the service started with follows at once");
    assertThat(retired.state()).as(retired.message()).isEqualTo(State.DONE);
    assertThat(last.state()).isEqualTo(State.REFUSED);
    assertThat(last.message())
        .isEqualTo(
            "the head that the service started with would have no label left: train a version"
                + " with others first");
  }

  @Test
  void shouldRefuseAChangeThatCannotBeMade() throws Exception {
    train(1);
    label("image-1", "label-0");

    assertThat(change("a", rename("none", "nut")).message()).contains("there is no label 'none'");
    assertThat(change("b", rename("label-0", "label-1")).message())
        .contains("to make one label of both, use 'imprint labels merge'");
    assertThat(registry.store.models().labelChanges()).isEqualTo(LabelChanges.NONE);
  }

  private void beginWith(Trigger other) {
    leadership.close();
    trigger = other;
    begin(registry.producer());
  }

  private String deadLetters() {
    return registry.store.topics().feedbackDlq();
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

  /** Like the leader, reads from the last command carried out. */
  private void begin(Producer<byte[], byte[]> producer) {
    Publisher publisher = registry.publisher(producer, 20);
    Answers answers =
        new Answers(
            producer, commands, deadLetters(), () -> new ConsumerGroupMetadata(group()), clock);
    leadership = new Leadership(publisher, answers, retraining, trigger, metrics, clock);
    consumer.assign(List.of(commands));
    consumer.seek(commands, carriedOut());
  }

  private void label(String image, String label) throws Exception {
    Claim claim = new Claim("images", 0, 0, "ab");
    Label its = new Label(image, label, claim, null, "anna", Versions.AT, claim);
    registry.write(registry.store.topics().labels(), image, Json.encode(its));
  }

  private static LabelChange rename(String label, String into) {
    return new LabelChange(LabelChange.Kind.RENAME, List.of(label), into);
  }

  private Answer change(String id, LabelChange change) throws Exception {
    ask(id, change);
    return last(answers(id));
  }

  private void ask(String id, LabelChange change) throws Exception {
    Instant now = clock.instant();
    Command command =
        new Command(id, Kind.LABELS, null, change, null, false, now, now.plusSeconds(600), "anna");
    registry.write(commands.topic(), id, CommandCodec.encode(command));
  }

  /** The last answer to a command for a training that ends so; the command is carried out. */
  private Answer train(String id, TestRetraining.Lesson lesson) throws Exception {
    retraining.lesson = lesson;
    long offset = ask(id, Kind.RETRAIN, null, null);
    Answer answer = last(answers(id));
    assertThat(carriedOut()).isEqualTo(offset + 1);
    return answer;
  }

  private long ask(String id, Kind kind, @Nullable String version, @Nullable String expectedServing)
      throws Exception {
    return ask(id, kind, version, expectedServing, false);
  }

  private long ask(
      String id,
      Kind kind,
      @Nullable String version,
      @Nullable String expectedServing,
      boolean force)
      throws Exception {
    Command command =
        new Command(
            id,
            kind,
            version,
            expectedServing,
            force,
            clock.instant(),
            clock.instant().plus(Duration.ofMinutes(10)),
            "anna");
    try (Producer<byte[], byte[]> producer = registry.store.clients().producer(2_000_000)) {
      return producer
          .send(new ProducerRecord<>(commands.topic(), id.getBytes(UTF_8), Json.encode(command)))
          .get()
          .offset();
    }
  }

  /** Trains a version that serves; its name. */
  private String train(long seed) throws Exception {
    retraining.lesson = () -> Versions.candidate(seed);
    ask("train-" + seed, Kind.RETRAIN, null, null);
    return String.valueOf(last(answers("train-" + seed)).version());
  }

  /** Runs the leadership until the command has its final answer; returns all of them. */
  private List<Answer> answers(String id) {
    hand();
    List<Answer> answers = new ArrayList<>();
    stepUntil(
        () -> {
          answers.clear();
          answers.addAll(committedAnswers(id));
          return !answers.isEmpty() && last(answers).state() != State.RUNNING;
        });
    return answers;
  }

  private void hand() {
    long end = consumer.endOffsets(List.of(commands)).getOrDefault(commands, 0L);
    while (consumer.position(commands) < end) {
      consumer.poll(Duration.ofMillis(100)).forEach(leadership::accept);
    }
  }

  private void stepUntil(Callable<Boolean> done) {
    await()
        .pollInSameThread()
        .pollInterval(Duration.ofMillis(5))
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              leadership.step();
              return done.call();
            });
  }

  private void stepFor(int steps) {
    for (int i = 0; i < steps; i++) {
      leadership.step();
    }
  }

  /** Those committed so far. */
  private List<Answer> committedAnswers(String id) throws IOException {
    long end = reader.endOffsets(List.of(commands)).getOrDefault(commands, 0L);
    while (reader.position(commands) < end) {
      for (var record : reader.poll(Duration.ofMillis(20))) {
        if (record.value() != null && new String(record.value(), UTF_8).contains("\"command\"")) {
          committed.add(Json.decode(record.value(), Answer.class));
        }
      }
    }
    return committed.stream().filter(answer -> answer.command().equals(id)).toList();
  }

  /** The offset from which the next leader reads commands. */
  private long carriedOut() {
    OffsetAndMetadata committed = consumer.committed(Set.of(commands)).get(commands);
    return committed == null ? 0 : committed.offset();
  }

  private static Answer last(List<Answer> answers) {
    return answers.get(answers.size() - 1);
  }

  /** A producer that cannot commit transactions while it {@code fails}. */
  @SuppressWarnings("unchecked")
  private static Producer<byte[], byte[]> failing(
      Producer<byte[], byte[]> producer, AtomicBoolean fails) {
    return (Producer<byte[], byte[]>)
        Proxy.newProxyInstance(
            LeadershipTest.class.getClassLoader(),
            new Class<?>[] {Producer.class},
            (proxy, method, args) -> {
              boolean names = method.getName().equals("sendOffsetsToTransaction") && fails.get();
              if (names) {
                throw new KafkaException("fails before it is committed");
              }
              try {
                return method.invoke(producer, args);
              } catch (InvocationTargetException e) {
                throw e.getCause() == null ? e : e.getCause();
              }
            });
  }
}
