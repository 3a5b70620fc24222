package dev.imprint.leader;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.imprint.broker.BrokerExtension;
import dev.imprint.model.CheckResult;
import dev.imprint.model.Command;
import dev.imprint.model.Command.Answer;
import dev.imprint.model.Command.Answer.State;
import dev.imprint.model.Command.Kind;
import dev.imprint.model.ModelVersion;
import dev.imprint.rollout.ManualRollout;
import dev.imprint.rollout.Models;
import dev.imprint.rollout.Publisher;
import dev.imprint.rollout.TestRegistry;
import dev.imprint.rollout.Versions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who leads, and the end of a leadership; {@link LeadershipTest} covers the leader's work. */
@SuppressWarnings("NullAway.Init")
@Timeout(120)
class LeaderTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @RegisterExtension private static final BrokerExtension broker = new BrokerExtension();

  private final TestRetraining retraining = new TestRetraining();
  private final List<Leader> leaders = new ArrayList<>();
  private TestRegistry registry;
  private final Map<String, Commands> asked = new HashMap<>();

  @BeforeEach
  void open() throws Exception {
    registry = TestRegistry.create(broker.bootstrapServers(), broker.prefix());
  }

  @AfterEach
  void close() {
    leaders.forEach(Leader::close);
    asked.values().forEach(Commands::close);
  }

  @Test
  void shouldCarryOutCommandsOneAfterTheOtherAndPassOverGarbageBetweenThem() throws Exception {
    ask("early", Kind.ROLLBACK);
    registry.write(registry.store.topics().commands(), "x", "garbage".getBytes(UTF_8));
    ask("train", Kind.RETRAIN);
    ask("back", Kind.ROLLBACK);

    lead(retraining);

    assertThat(end("early").message()).contains("nothing has been rolled out");
    assertThat(end("train").state()).isEqualTo(State.DONE);
    assertThat(end("back").message()).contains("there is no earlier one");
    assertThat(leaders.get(0).check()).isEqualTo(CheckResult.UP);
  }

  @Test
  void shouldHaveOneLeaderAndAnotherOneOnceThatCloses() throws Exception {
    Leader first = lead(retraining);
    await().atMost(PATIENCE).until(first::leads);
    TestRetraining others = new TestRetraining();
    Leader second = lead(others);
    CountDownLatch begun = new CountDownLatch(1);
    retraining.lesson =
        () -> {
          begun.countDown();
          new CountDownLatch(1).await();
          return Versions.candidate(1);
        };
    ask("unfinished", Kind.RETRAIN);
    begun.await();
    assertThat(second.leads()).isFalse();

    first.close();

    List<Answer> answers = answers("unfinished");
    assertThat(second.leads()).isTrue();
    assertThat(first.leads()).isFalse();
    assertThat(answers).extracting(Answer::state).containsOnlyOnce(State.DONE);
    assertThat(others.champions).hasSize(1);
    assertThat(registry.assertConsistent().versions()).hasSize(1);
    ask("after", Kind.ROLLBACK);
    end("after");
    assertThat(others.champions).as("nothing is carried out again").hasSize(1);
    assertThat(retraining.closed).hasValue(1);
  }

  @Test
  void shouldBeginAnewWithWhatARollbackByHandDecided() throws Exception {
    Leader leader = lead(retraining);
    ask("1", Kind.RETRAIN);
    String first = String.valueOf(end("1").version());
    retraining.lesson = () -> Versions.candidate(2);
    ask("2", Kind.RETRAIN);
    end("2");

    new ManualRollout(registry.store, registry.applicationId, () -> Versions.OPEN)
        .rollback("bert", "it was worse");
    retraining.lesson = () -> Versions.candidate(3);
    ask("3", Kind.RETRAIN);
    Answer third = end("3");

    assertThat(third.state()).isEqualTo(State.DONE);
    Models models = registry.assertConsistent();
    assertThat(models.versions()).hasSize(3);
    assertThat(models.serving())
        .extracting(ModelVersion::version, ModelVersion::parent)
        .containsExactly(third.version(), first);
    assertThat(retraining.champions).endsWith(first);
    await().atMost(PATIENCE).until(() -> leader.check().equals(CheckResult.UP));
  }

  @Test
  void shouldSayWhyItCannotLeadAndTryAgain() {
    AtomicInteger attempts = new AtomicInteger();
    CountDownLatch mended = new CountDownLatch(1);

    Leader leader =
        lead(
            member -> {
              attempts.incrementAndGet();
              if (mended.getCount() > 0) {
                throw new IllegalStateException("the disk is gone");
              }
              return leadership(member, retraining);
            });

    await().atMost(PATIENCE).until(() -> leader.check().cause().contains("the disk is gone"));
    assertThat(leader.check().status()).isEqualTo(CheckResult.Status.DEGRADED);
    assertThat(leader.leads()).isFalse();
    mended.countDown();
    await().atMost(PATIENCE).until(leader::leads);
    await().atMost(PATIENCE).until(() -> leader.check().equals(CheckResult.UP));
    assertThat(attempts).hasValueGreaterThan(1);
  }

  @Test
  void shouldSayThatOnlyARestartHelpsOnceItsThreadHasDied() {
    Leader leader =
        lead(
            member -> {
              throw new NoClassDefFoundError("a jar is broken");
            });

    await()
        .dontCatchUncaughtExceptions()
        .atMost(PATIENCE)
        .until(() -> leader.check().restartHelps());
    assertThat(leader.check().status()).isEqualTo(CheckResult.Status.DOWN);
    assertThat(leader.check().cause()).contains("a jar is broken", "restart the service");
  }

  private Leader lead(TestRetraining its) {
    return lead(member -> leadership(member, its));
  }

  private Leader lead(Function<Consumer<byte[], byte[]>, Leadership> leaderships) {
    Leader leader =
        new Leader(
            registry.store.clients(),
            registry.applicationId + "-leader",
            registry.store.topics().commands(),
            leaderships);
    leaders.add(leader);
    leader.start();
    return leader;
  }

  private Leadership leadership(Consumer<byte[], byte[]> member, TestRetraining its) {
    Producer<byte[], byte[]> producer = registry.producer();
    Publisher publisher = registry.publisher(producer, 20);
    TopicPartition partition = new TopicPartition(registry.store.topics().commands(), 0);
    Clock clock = Clock.systemUTC();
    return new Leadership(
        publisher,
        new Answers(
            producer,
            partition,
            registry.store.topics().feedbackDlq(),
            member::groupMetadata,
            clock),
        its,
        Triggers.of(Triggers.after(0)),
        LearningMetrics.NOOP,
        clock);
  }

  private void ask(String id, Kind kind) throws InterruptedException {
    Commands commands = Commands.open(registry.store.clients(), registry.store.topics());
    asked.put(id, commands);
    Instant now = Instant.now();
    commands.send(new Command(id, kind, null, null, false, now, now.plusSeconds(600), "anna"));
  }

  private Answer end(String id) {
    List<Answer> answers = answers(id);
    return answers.get(answers.size() - 1);
  }

  /** Including the final one. */
  private List<Answer> answers(String id) {
    Commands commands = Objects.requireNonNull(asked.get(id));
    List<Answer> answers = new ArrayList<>();
    await()
        .pollInSameThread()
        .atMost(PATIENCE)
        .until(
            () -> {
              commands.next(id).ifPresent(answers::add);
              return !answers.isEmpty() && answers.get(answers.size() - 1).state() != State.RUNNING;
            });
    return answers;
  }
}
