package dev.imprint.leader;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.imprint.broker.BrokerExtension;
import dev.imprint.event.Json;
import dev.imprint.leader.LearningMetrics.RunEnd;
import dev.imprint.leader.trigger.TrainingTriggers;
import dev.imprint.leader.trigger.Trigger;
import dev.imprint.model.Command;
import dev.imprint.model.Command.Answer;
import dev.imprint.model.Command.Answer.State;
import dev.imprint.model.Command.Kind;
import dev.imprint.model.ModelVersion.Judgement;
import dev.imprint.pipeline.TestClock;
import dev.imprint.rollout.Publisher;
import dev.imprint.rollout.TestRegistry;
import dev.imprint.rollout.Versions;
import dev.imprint.tensorflow.head.Epoch;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A leadership, step by step, with a real broker: for the tests of what a leader does. */
@SuppressWarnings("NullAway.Init")
@Timeout(60)
class LeadershipSteps {
  @RegisterExtension private static final BrokerExtension broker = new BrokerExtension();

  final TestClock clock = new TestClock(Versions.AT);
  final TestRetraining retraining = new TestRetraining();
  final List<RunEnd> runs = new ArrayList<>();
  final List<Boolean> judged = new ArrayList<>();
  final AtomicInteger rejected = new AtomicInteger();
  final LearningMetrics metrics =
      new LearningMetrics() {
        @Override
        public void epoch(@Nullable Epoch epoch) {}

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
  TestRegistry registry;
  TopicPartition commands;
  Consumer<byte[], byte[]> consumer;
  Consumer<byte[], byte[]> reader;
  final List<Answer> committed = new ArrayList<>();
  Leadership leadership;
  TrainingTriggers triggers = Triggers.of(Triggers.after(0));

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

  String group() {
    return registry.applicationId + "-leader";
  }

  void beginWith(Trigger other) {
    beginWith(Triggers.of(other));
  }

  void beginWith(TrainingTriggers others) {
    leadership.close();
    triggers = others;
    begin(registry.producer());
  }

  String deadLetters() {
    return registry.store.topics().feedbackDlq();
  }

  /** Like the leader, reads from the last command carried out. */
  void begin(Producer<byte[], byte[]> producer) {
    Publisher publisher = registry.publisher(producer, 20);
    Answers answers =
        new Answers(
            producer, commands, deadLetters(), () -> new ConsumerGroupMetadata(group()), clock);
    leadership = new Leadership(publisher, answers, retraining, triggers, metrics, clock);
    consumer.assign(List.of(commands));
    consumer.seek(commands, carriedOut());
  }

  /** The last answer to a command for a training that ends so; the command is carried out. */
  Answer train(String id, TestRetraining.Lesson lesson) throws Exception {
    retraining.lesson = lesson;
    long offset = ask(id, Kind.RETRAIN, null, null);
    Answer answer = last(answers(id));
    assertThat(carriedOut()).isEqualTo(offset + 1);
    return answer;
  }

  long ask(String id, Kind kind, @Nullable String version, @Nullable String expectedServing)
      throws Exception {
    return ask(id, kind, version, expectedServing, false);
  }

  long ask(
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
  String train(long seed) throws Exception {
    retraining.lesson = () -> Versions.candidate(seed);
    ask("train-" + seed, Kind.RETRAIN, null, null);
    return String.valueOf(last(answers("train-" + seed)).version());
  }

  /** Runs the leadership until the command has its final answer; returns all of them. */
  List<Answer> answers(String id) {
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

  void hand() {
    long end = consumer.endOffsets(List.of(commands)).getOrDefault(commands, 0L);
    while (consumer.position(commands) < end) {
      consumer.poll(Duration.ofMillis(100)).forEach(leadership::accept);
    }
  }

  void stepUntil(Callable<Boolean> done) {
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

  void stepFor(int steps) {
    for (int i = 0; i < steps; i++) {
      leadership.step();
    }
  }

  /** Those committed so far. */
  List<Answer> committedAnswers(String id) throws IOException {
    return committedAnswers().stream().filter(answer -> answer.command().equals(id)).toList();
  }

  List<Answer> committedAnswers() throws IOException {
    long end = reader.endOffsets(List.of(commands)).getOrDefault(commands, 0L);
    while (reader.position(commands) < end) {
      for (var record : reader.poll(Duration.ofMillis(20))) {
        if (record.value() != null && new String(record.value(), UTF_8).contains("\"command\"")) {
          committed.add(Json.decode(record.value(), Answer.class));
        }
      }
    }
    return committed;
  }

  /** The offset from which the next leader reads commands. */
  long carriedOut() {
    OffsetAndMetadata committed = consumer.committed(Set.of(commands)).get(commands);
    return committed == null ? 0 : committed.offset();
  }

  static Answer last(List<Answer> answers) {
    return answers.get(answers.size() - 1);
  }

  /** A producer that cannot commit transactions while it {@code fails}. */
  static Producer<byte[], byte[]> failing(Producer<byte[], byte[]> producer, AtomicBoolean fails) {
    return PlantedFault.wrapped(
        producer,
        (wrapped, method, args) -> {
          if (method.getName().equals("sendOffsetsToTransaction") && fails.get()) {
            throw new KafkaException("fails before it is committed");
          }
          return method.invoke(wrapped, args);
        });
  }
}
