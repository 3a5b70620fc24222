package dev.imprint.leader;

import dev.imprint.event.Topics;
import dev.imprint.leader.trigger.TrainingTriggers;
import dev.imprint.rollout.ModelStore;
import dev.imprint.rollout.Publisher;
import dev.imprint.rollout.Versions;
import dev.imprint.simulation.Schedule;
import java.time.Clock;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** One instance's {@link Leader}, without its thread and its pauses. */
final class SimulatedLeader implements Schedule.Process {
  static final String APPLICATION = "imprint";
  static final String GROUP = APPLICATION + "-leader";
  private static final int KEEP_VERSIONS = 3;

  /** Labels that start a fine-tuning at the earliest. */
  static final int NEW_LABELS = 4;

  private static final TrainingTriggers TRIGGERS =
      new TrainingTriggers(Triggers.after(1), Triggers.stalled(NEW_LABELS, 1));

  private final ModelStore store;
  private final Supplier<Retraining> trainings;
  private final Clock clock;
  private Leader leader;
  private @Nullable Consumer<byte[], byte[]> member;

  SimulatedLeader(ModelStore store, Supplier<Retraining> trainings, Clock clock) {
    this.store = store;
    this.trainings = trainings;
    this.clock = clock;
    this.leader = start();
  }

  private Leader start() {
    return new Leader(store.clients(), GROUP, store.topics().commands(), this::begin);
  }

  private Leadership begin(Consumer<byte[], byte[]> from) {
    Topics topics = store.topics();
    Producer<byte[], byte[]> producer =
        store.clients().transactionalProducer(1, Publisher.transactionalId(APPLICATION));
    producer.initTransactions();
    return new Leadership(
        Publisher.open(producer, store, Versions.OPEN, KEEP_VERSIONS, clock),
        new Answers(
            producer,
            new TopicPartition(topics.commands(), 0),
            topics.feedbackDlq(),
            from::groupMetadata,
            clock),
        trainings.get(),
        TRIGGERS,
        LearningMetrics.NOOP,
        clock,
        AtOnce::new);
  }

  @Override
  public void step() {
    Consumer<byte[], byte[]> current = member == null ? leader.join() : member;
    member = current;
    try {
      leader.serve(current);
    } catch (KafkaException e) {
      leader.end();
      current.close();
      member = null;
    }
  }

  /** The group does not know of it. */
  @Override
  public void crash() {
    leader = start();
    member = null;
  }

  /** Runs when it is started, in the thread that starts it. */
  private static final class AtOnce extends Thread {
    private final Runnable task;

    AtOnce(Runnable task) {
      this.task = task;
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized")
    public void start() {
      task.run();
    }
  }
}
