package dev.imprint.app.service;

import dev.imprint.app.config.ImprintConfig;
import dev.imprint.buffer.Buffer;
import dev.imprint.buffer.cache.EmbeddingSource;
import dev.imprint.event.Clients;
import dev.imprint.event.HeadFile;
import dev.imprint.event.Topics;
import dev.imprint.leader.Answers;
import dev.imprint.leader.BufferPrecisionTrial;
import dev.imprint.leader.BufferRetraining;
import dev.imprint.leader.Leadership;
import dev.imprint.leader.trigger.TrainingTriggers;
import dev.imprint.model.backbone.Backbones;
import dev.imprint.observability.LearningMeters;
import dev.imprint.pipeline.learning.FeedbackBacklog;
import dev.imprint.rollout.ModelStore;
import dev.imprint.rollout.OpenBackbones;
import dev.imprint.rollout.Publisher;
import dev.imprint.runs.TrainingRuns;
import dev.imprint.tensorflow.head.HeadTrainer;
import dev.imprint.training.FineTuneTrainer;
import dev.imprint.training.Trainer;
import dev.imprint.training.TrainingConfig;
import dev.imprint.tuning.TuningProcess;
import java.time.Clock;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Creates the leaderships of an instance: each has its own producer, buffer and publisher, so that
 * instances that do not lead have none.
 *
 * @param initial the head that serves until a version is rolled out; null for none
 * @param led told about each leadership's buffer
 */
record LeadershipFactory(
    ImprintConfig config,
    ModelStore store,
    Backbones backbones,
    @Nullable HeadFile initial,
    LearningMeters meters,
    LedBuffer led)
    implements Function<Consumer<byte[], byte[]>, Leadership> {

  @Override
  public Leadership apply(Consumer<byte[], byte[]> member) {
    Closer closer = new Closer();
    boolean done = false;
    try {
      Leadership leadership = begin(member, closer);
      done = true;
      return leadership;
    } finally {
      if (!done) {
        closer.close();
      }
    }
  }

  private Leadership begin(Consumer<byte[], byte[]> member, Closer closer) {
    Topics topics = config.topics();
    Clients clients = store.clients();
    Clock clock = Clock.systemUTC();
    int maxRecordBytes = config.images().maxBytes() + Topics.RECORD_OVERHEAD_BYTES;
    String id = Publisher.transactionalId(config.applicationId());
    Producer<byte[], byte[]> producer = clients.transactionalProducer(maxRecordBytes, id);
    closer.add(producer);
    producer.initTransactions();
    Publisher publisher =
        Publisher.open(
            producer, store, OpenBackbones.of(backbones), config.rollout().keepVersions(), clock);
    closer.add(publisher);
    TrainingConfig training = config.training();
    EmbeddingSource source =
        new EmbeddingSource(backbones, config.data().resolve("embeddings"), training.recipe().id());
    TrainingRuns runs = new TrainingRuns(config.data().resolve("runs"), config.runs(), clock);
    Buffer buffer = new Buffer(config.buffer(), clients, topics, source, runs, meters.buffer());
    closer.add(buffer);
    buffer.start();
    led.begins(buffer);
    FineTuneTrainer fineTuner =
        new FineTuneTrainer(
            training,
            config.nextBackbone() == null ? config.backbone() : config.nextBackbone(),
            config.images(),
            config.tensorflow(),
            config.data().resolve("tuning"),
            new TuningProcess(training.fineTune().limits())::run,
            System::nanoTime);
    fineTuner.clean();
    BufferRetraining learning =
        new BufferRetraining(
            new FeedbackBacklog(clients, topics, config.applicationId()),
            buffer,
            new Trainer(
                new HeadTrainer(config.tensorflow()),
                training,
                backbones.trained().precision(),
                System::nanoTime),
            fineTuner,
            store,
            backbones,
            initial,
            runs,
            meters);
    Answers answers =
        new Answers(
            producer,
            new TopicPartition(topics.commands(), 0),
            topics.feedbackDlq(),
            member::groupMetadata,
            clock);
    TrainingTriggers triggers = TrainingTriggers.of(training, config.serving().threshold());
    return new Leadership(publisher, answers, learning, triggers, meters, clock)
        .choosing(
            new BufferPrecisionTrial(
                buffer,
                store,
                backbones.trained(),
                initial,
                config.serving(),
                clock,
                System::nanoTime));
  }
}
