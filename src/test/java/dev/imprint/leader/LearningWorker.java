package dev.imprint.leader;

import dev.imprint.augmentation.Augmentation;
import dev.imprint.buffer.Buffer;
import dev.imprint.buffer.BufferConfig;
import dev.imprint.buffer.BufferMetrics;
import dev.imprint.buffer.cache.EmbeddingSource;
import dev.imprint.event.Clients;
import dev.imprint.event.KafkaConfig;
import dev.imprint.event.Topics;
import dev.imprint.leader.trigger.TrainingTriggers;
import dev.imprint.leader.trigger.Trigger;
import dev.imprint.model.CheckResult;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.backbone.Backbones;
import dev.imprint.model.labels.LabelChanges;
import dev.imprint.pipeline.Pipeline;
import dev.imprint.pipeline.PipelineConfig;
import dev.imprint.pipeline.PredictionsConfig;
import dev.imprint.pipeline.SamplingConfig;
import dev.imprint.pipeline.ServingConfig;
import dev.imprint.pipeline.learning.FeedbackBacklog;
import dev.imprint.pipeline.learning.LearningConfig;
import dev.imprint.pipeline.part.PipelineMetrics;
import dev.imprint.rollout.ModelFollower;
import dev.imprint.rollout.ModelStore;
import dev.imprint.rollout.OpenBackbones;
import dev.imprint.rollout.Publisher;
import dev.imprint.rollout.RolloutConfig;
import dev.imprint.rollout.RolloutMetrics;
import dev.imprint.runs.RunsConfig;
import dev.imprint.runs.TrainingRuns;
import dev.imprint.tensorflow.head.ClassWeights;
import dev.imprint.tensorflow.head.HeadTrainer;
import dev.imprint.tensorflow.head.HiddenLayers;
import dev.imprint.tensorflow.head.Optimizer;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import dev.imprint.training.Candidate;
import dev.imprint.training.FineTuneConfig;
import dev.imprint.training.Trainer;
import dev.imprint.training.TrainingConfig;
import dev.imprint.training.selection.GateConfig;
import dev.imprint.training.selection.TooFewLabelsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A whole instance in a separate JVM, to be killed: pipeline, follower and leader with the default
 * settings, except for a cheap backbone and frequent trainings of a second or two. Shuts down in an
 * orderly way on SIGTERM. Writes the {@link Moment}s that it reaches to a file.
 */
public final class LearningWorker {
  static final int KEEP_VERSIONS = 3;

  /** The lines of a worker's file. */
  enum Moment {
    LEADS,
    LEADS_NO_LONGER,
    TRAINING,
    /** Publishing follows. */
    TRAINED
  }

  private static final int MAX_RECORD_BYTES = 2_000_000;
  private static final int EPOCHS = 60;

  /** Nearly every head is promoted: the gate is not tested here. */
  private static final GateConfig GATE =
      new GateConfig(2, 3, 2_000, 0.5, 1, 30, GateConfig.WhenUnsure.PROMOTE);

  private static final TrainingConfig TRAINING =
      new TrainingConfig(
          true,
          25,
          0,
          0,
          0,
          1,
          EPOCHS,
          EPOCHS,
          64,
          Optimizer.ADAM,
          0.0005f,
          0,
          0.01f,
          0,
          ClassWeights.BALANCED,
          HiddenLayers.NONE,
          false,
          60,
          1,
          Augmentation.DEFAULTS,
          FineTuneConfig.DEFAULTS,
          GATE);

  private final Clients clients;
  private final Topics topics;
  private final Path state;
  private final Path moments;
  private final NumberModel backbone = new NumberModel();
  private final ModelStore store;

  private LearningWorker(String bootstrapServers, String prefix, Path state, Path moments) {
    this.clients = new Clients(new KafkaConfig(bootstrapServers, Map.of()));
    this.topics = new Topics(prefix);
    this.state = state;
    this.moments = moments;
    this.store = new ModelStore(clients, topics);
  }

  /**
   * @param args bootstrap servers, topic prefix, state directory, file of the moments
   */
  public static void main(String[] args) throws InterruptedException {
    new LearningWorker(args[0], args[1], Path.of(args[2]), Path.of(args[3])).run();
  }

  private void run() throws InterruptedException {
    CountDownLatch serving = new CountDownLatch(1);
    ModelFollower follower =
        new ModelFollower(
            store,
            Backbones.of(backbone),
            null,
            RolloutConfig.DEFAULTS,
            RolloutMetrics.NOOP,
            model -> serving.countDown());
    follower.start();
    serving.await();
    Pipeline pipeline = pipeline(follower);
    Leader leader = new Leader(clients, application() + "-leader", topics.commands(), this::begin);
    Thread closing =
        new Thread(
            () -> {
              leader.close();
              pipeline.close();
              follower.close();
            });
    Runtime.getRuntime().addShutdownHook(closing);
    pipeline.start();
    leader.start();
    boolean led = false;
    while (true) { // until the process ends
      if (leader.leads() != led) {
        led = !led;
        write(led ? Moment.LEADS : Moment.LEADS_NO_LONGER);
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private String application() {
    return topics.prefix() + "app";
  }

  private Pipeline pipeline(ModelFollower follower) {
    var config =
        new PipelineConfig(
            application(),
            state.resolve("streams"),
            topics,
            ServingConfig.DEFAULTS,
            PredictionsConfig.DEFAULTS,
            LearningConfig.DEFAULTS,
            SamplingConfig.DEFAULTS);
    return new Pipeline(
        config,
        clients,
        List.of(backbone),
        follower::borrow,
        () -> follower.models().labelChanges(),
        PipelineMetrics.NOOP,
        Clock.systemUTC());
  }

  private Leadership begin(Consumer<byte[], byte[]> member) {
    Clock clock = Clock.systemUTC();
    Producer<byte[], byte[]> producer =
        clients.transactionalProducer(MAX_RECORD_BYTES, Publisher.transactionalId(application()));
    Buffer buffer =
        new Buffer(
            BufferConfig.DEFAULTS,
            clients,
            topics,
            new EmbeddingSource(Backbones.of(backbone), state.resolve("embeddings")),
            BufferMetrics.NOOP);
    boolean done = false;
    try {
      producer.initTransactions();
      Publisher publisher =
          Publisher.open(
              producer, store, new OpenBackbones(backbone.id(), null), KEEP_VERSIONS, clock);
      buffer.start();
      TopicPartition commands = new TopicPartition(topics.commands(), 0);
      Leadership leadership =
          new Leadership(
              publisher,
              new Answers(producer, commands, topics.feedbackDlq(), member::groupMetadata, clock),
              new Told(
                  new BufferRetraining(
                      new FeedbackBacklog(clients, topics, application()),
                      buffer,
                      new Trainer(
                          new HeadTrainer(TensorFlowConfig.DEFAULT),
                          TRAINING,
                          "fp32",
                          System::nanoTime),
                      TestRetraining.noFineTuning(TRAINING),
                      store,
                      Backbones.of(backbone),
                      null,
                      new TrainingRuns(Path.of("runs"), new RunsConfig(0), clock),
                      LearningMetrics.NOOP)),
              TrainingTriggers.of(TRAINING, 0),
              LearningMetrics.NOOP,
              clock);
      done = true;
      return leadership;
    } finally {
      if (!done) {
        buffer.close();
        producer.close(Duration.ZERO);
      }
    }
  }

  private void write(Moment moment) {
    try {
      Files.writeString(
          moments, moment + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Records when a training begins and ends. */
  private final class Told implements Retraining {
    private final BufferRetraining learning;

    Told(BufferRetraining learning) {
      this.learning = learning;
    }

    @Override
    public Candidate train(
        @Nullable String champion, boolean force, java.util.function.Consumer<String> progress)
        throws TooFewLabelsException, NothingNewException, IOException, InterruptedException {
      write(Moment.TRAINING);
      Candidate candidate = learning.train(champion, true, progress);
      write(Moment.TRAINED);
      return candidate;
    }

    @Override
    public Candidate fineTune(
        @Nullable String champion, java.util.function.Consumer<String> progress) {
      throw new UnsupportedOperationException("no command asks for it");
    }

    @Override
    public Trigger.Labels labels() {
      return learning.labels();
    }

    @Override
    public int labelsNewToTheNetwork() {
      return learning.labelsNewToTheNetwork();
    }

    @Override
    public List<String> initialLabels() {
      return learning.initialLabels();
    }

    @Override
    public void relabel(LabelChanges changes) {
      learning.relabel(changes);
    }

    @Override
    public boolean changesBackbone(@Nullable ModelVersion serving) {
      return learning.changesBackbone(serving);
    }

    @Override
    public boolean accuracyBelow(List<String> names, double bound, Instant since) {
      return learning.accuracyBelow(names, bound, since);
    }

    @Override
    public void learned(boolean byHeads, boolean byTheNetwork) {
      learning.learned(byHeads, byTheNetwork);
    }

    @Override
    public List<ProducerRecord<byte[], byte[]>> trimming() {
      return learning.trimming();
    }

    @Override
    public CheckResult check() {
      return learning.check();
    }

    @Override
    public void close() {
      learning.close();
    }
  }
}
