package dev.imprint.leader;

import dev.imprint.broker.BrokerExtension;
import dev.imprint.buffer.Buffer;
import dev.imprint.buffer.BufferConfig;
import dev.imprint.buffer.BufferMetrics;
import dev.imprint.buffer.cache.EmbeddingSource;
import dev.imprint.event.Clients;
import dev.imprint.event.HeadFile;
import dev.imprint.event.Topics;
import dev.imprint.model.ModelVersion.Artifact;
import dev.imprint.model.backbone.Backbones;
import dev.imprint.pipeline.learning.FeedbackBacklog;
import dev.imprint.rollout.TestRegistry;
import dev.imprint.rollout.Versions;
import dev.imprint.rollout.Versions.NamedBackbone;
import dev.imprint.runs.RunsConfig;
import dev.imprint.runs.TrainingRuns;
import dev.imprint.tensorflow.head.HeadTrainer;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import dev.imprint.training.Trainer;
import dev.imprint.training.TrainingConfig;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Learning from the buffer of a real broker, of which each test has its own topics. */
@SuppressWarnings("NullAway.Init")
class BufferRetrainingSteps {
  @RegisterExtension static final BrokerExtension broker = new BrokerExtension();
  static final NamedBackbone A = new NamedBackbone(Versions.BACKBONE, 4);
  static final NamedBackbone B = new NamedBackbone("backbone-b", 4);
  static final Artifact NOWHERE = new Artifact("ff", 1, List.of());

  @TempDir Path embeddings;
  final List<String> progress = new ArrayList<>();
  LearningMetrics metrics = LearningMetrics.NOOP;
  TestRegistry registry;
  TrainingRuns runs;
  Buffer buffer;

  @BeforeEach
  void createTopics() throws Exception {
    runs = new TrainingRuns(embeddings, new RunsConfig(0), Clock.systemUTC());
    registry = TestRegistry.createAll(broker.bootstrapServers(), broker.prefix(), 1);
  }

  /** Its buffer reads no topics until it is started. */
  BufferRetraining learning(Backbones backbones, @Nullable HeadFile initial) {
    return learning(backbones, initial, TrainingConfig.DEFAULTS);
  }

  BufferRetraining learning(
      Backbones backbones, @Nullable HeadFile initial, TrainingConfig training) {
    Clients clients = registry.store.clients();
    Topics topics = registry.store.topics();
    buffer =
        new Buffer(
            BufferConfig.DEFAULTS,
            clients,
            topics,
            new EmbeddingSource(backbones, embeddings),
            runs,
            BufferMetrics.NOOP);
    return new BufferRetraining(
        new FeedbackBacklog(clients, topics, registry.applicationId),
        buffer,
        new Trainer(new HeadTrainer(TensorFlowConfig.DEFAULT), training, "fp32", System::nanoTime),
        TestRetraining.noFineTuning(training),
        registry.store,
        backbones,
        initial,
        runs,
        metrics);
  }
}
