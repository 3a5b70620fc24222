package dev.imprint.app.service;

import dev.imprint.app.config.ImprintConfig;
import dev.imprint.buffer.Buffer;
import dev.imprint.buffer.cache.EmbeddingSource;
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
    Clock clock = Clock.systemUTC();
    int maxRecordBytes = config.images().maxBytes() + Topics.RECORD_OVERHEAD_BYTES;
    String id = Publisher.transactionalId(config.applicationId());
    Producer<byte[], byte[]> producer = store.clients().transactionalProducer(maxRecordBytes, id);
    closer.add(producer);
    producer.initTransactions();
    Publisher publisher =
        Publisher.open(
            producer, store, OpenBackbones.of(backbones), config.rollout().keepVersions(), clock);
    closer.add(publisher);
    TrainingRuns runs = new TrainingRuns(config.data().resolve("runs"), config.runs(), clock);
    Buffer buffer = closer.add(buffer(runs));
    buffer.start();
    led.begins(buffer);
    FineTuneTrainer fineTuner = fineTuner();
    fineTuner.clean();
    Answers answers =
        new Answers(
            producer,
            new TopicPartition(config.topics().commands(), 0),
            config.topics().feedbackDlq(),
            member::groupMetadata,
            clock);
    TrainingTriggers triggers =
        TrainingTriggers.of(config.training(), config.serving().threshold());
    return new Leadership(
            publisher, answers, learning(buffer, fineTuner, runs), triggers, meters, clock)
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

  private Buffer buffer(TrainingRuns runs) {
    EmbeddingSource source =
        new EmbeddingSource(
            backbones, config.data().resolve("embeddings"), config.training().recipe().id());
    return new Buffer(
        config.buffer(), store.clients(), config.topics(), source, runs, meters.buffer());
  }

  private FineTuneTrainer fineTuner() {
    return new FineTuneTrainer(
        config.training(),
        config.nextBackbone() == null ? config.backbone() : config.nextBackbone(),
        config.images(),
        config.tensorflow(),
        config.data().resolve("tuning"),
        new TuningProcess(config.training().fineTune().limits())::run,
        System::nanoTime);
  }

  private BufferRetraining learning(Buffer buffer, FineTuneTrainer fineTuner, TrainingRuns runs) {
    return new BufferRetraining(
        new FeedbackBacklog(store.clients(), config.topics(), config.applicationId()),
        buffer,
        new Trainer(
            new HeadTrainer(config.tensorflow()),
            config.training(),
            backbones.trained().precision(),
            System::nanoTime),
        fineTuner,
        store,
        backbones,
        initial,
        runs,
        meters);
  }
}
