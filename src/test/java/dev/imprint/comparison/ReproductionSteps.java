package dev.imprint.comparison;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.augmentation.Augmentation;
import dev.imprint.broker.BrokerExtension;
import dev.imprint.buffer.Buffer;
import dev.imprint.buffer.BufferConfig;
import dev.imprint.buffer.BufferMetrics;
import dev.imprint.buffer.Example;
import dev.imprint.buffer.cache.EmbeddingSource;
import dev.imprint.event.Json;
import dev.imprint.event.Sha256;
import dev.imprint.event.Topics;
import dev.imprint.leader.NumberModel;
import dev.imprint.leader.TestRetraining;
import dev.imprint.model.Claim;
import dev.imprint.model.Label;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.backbone.Backbones;
import dev.imprint.rollout.OpenBackbones;
import dev.imprint.rollout.Publisher;
import dev.imprint.rollout.TestRegistry;
import dev.imprint.tensorflow.head.ClassWeights;
import dev.imprint.tensorflow.head.HeadTrainer;
import dev.imprint.tensorflow.head.HiddenLayers;
import dev.imprint.tensorflow.head.Optimizer;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import dev.imprint.training.Candidate;
import dev.imprint.training.FineTuneConfig;
import dev.imprint.training.FineTuneTrainer;
import dev.imprint.training.Material;
import dev.imprint.training.Trainer;
import dev.imprint.training.TrainingConfig;
import dev.imprint.training.selection.GateConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Versions that are learned from labels on the topics of a real broker, as the leader does. */
@SuppressWarnings("NullAway.Init")
class ReproductionSteps {
  @RegisterExtension static final BrokerExtension broker = new BrokerExtension();
  static final Duration PATIENCE = Duration.ofSeconds(60);
  static final int RECORD_BYTES = 1_000_000;

  static final TrainingConfig SETTINGS = settings(GateConfig.DEFAULTS.foldsBelow());

  @TempDir Path embeddings;
  final NumberModel backbone = new NumberModel();
  TestRegistry registry;
  Topics topics;

  @BeforeEach
  void createTopics() throws Exception {
    registry = TestRegistry.createAll(broker.bootstrapServers(), broker.prefix(), 2);
    topics = registry.store.topics();
  }

  PastTraining past(Backbone by) {
    return new PastTraining(
        registry.store,
        BufferConfig.DEFAULTS,
        TensorFlowConfig.DEFAULT,
        new OneNetwork(by),
        line -> {});
  }

  record OneNetwork(Backbone by) implements PastTraining.Networks {
    @Override
    public Backbone of(ModelVersion version) {
      return by;
    }

    @Override
    public Backbone trunk(ModelVersion version) {
      return by;
    }

    @Override
    public FineTuneTrainer tuner(ModelVersion version, TrainingConfig settings) {
      return TestRetraining.noFineTuning(settings);
    }
  }

  /** With few epochs, which take little time. */
  static TrainingConfig settings(int foldsBelow) {
    GateConfig d = GateConfig.DEFAULTS;
    GateConfig gate =
        new GateConfig(
            d.minLabels(),
            d.minTraining(),
            foldsBelow,
            d.newLabelTolerance(),
            d.recallDrop(),
            d.recallDropFrom(),
            d.whenUnsure());
    return new TrainingConfig(
        true,
        50,
        0,
        60,
        0,
        8,
        20,
        20,
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
        gate);
  }

  /** As the leader does, with a buffer that begins anew. */
  ModelVersion learn(TrainingConfig config) throws Exception {
    EmbeddingSource source =
        new EmbeddingSource(Backbones.of(backbone), embeddings, config.recipe().id());
    try (Buffer buffer =
            new Buffer(
                BufferConfig.DEFAULTS,
                registry.store.clients(),
                topics,
                source,
                BufferMetrics.NOOP);
        Producer<byte[], byte[]> producer = registry.producer()) {
      buffer.start();
      assertThat(buffer.awaitCaughtUp(PATIENCE, left -> {})).isTrue();
      Trainer trainer =
          new Trainer(new HeadTrainer(TensorFlowConfig.DEFAULT), config, "fp32", System::nanoTime);
      List<Example> examples = buffer.snapshot().examples();
      Candidate candidate =
          trainer.train(
              new Material(
                  examples,
                  List.of(),
                  buffer.pictures().views(trainer.views(examples), left -> {})),
              null,
              List.of(),
              backbone.id(),
              HeadTrainer.EpochListener.NONE);
      producer.initTransactions();
      try (Publisher publisher =
          Publisher.open(
              producer,
              registry.store,
              new OpenBackbones(backbone.id(), null),
              20,
              TestRegistry.CLOCK)) {
        ModelVersion serving = publisher.models().serving();
        return publisher.publish(
            candidate, serving == null ? null : serving.version(), "test", Publisher.NOTHING_MORE);
      }
    }
  }

  void label(int from, int to) throws Exception {
    try (Producer<byte[], byte[]> producer = registry.store.clients().producer(RECORD_BYTES)) {
      IntStream.range(from, to)
          .forEach(
              picture ->
                  example(
                      producer,
                      id(picture),
                      picture,
                      NumberModel.label(NumberModel.classOf(picture))));
      producer.flush();
    }
  }

  void label(int picture, String label) throws Exception {
    write(id(picture), picture, label);
  }

  void write(String id, int picture, String label) throws Exception {
    try (Producer<byte[], byte[]> producer = registry.store.clients().producer(RECORD_BYTES)) {
      example(producer, id, picture, label);
      producer.flush();
    }
  }

  void example(Producer<byte[], byte[]> producer, String id, int picture, String label) {
    byte[] bytes = NumberModel.image(picture);
    Claim claim = new Claim("images", 0, picture, Sha256.hex(bytes));
    Label value = new Label(id, label, claim, null, "anna", Instant.ofEpochSecond(picture), claim);
    producer.send(new ProducerRecord<>(topics.labels(), id.getBytes(UTF_8), Json.encode(value)));
    producer.send(new ProducerRecord<>(topics.pictures(), id.getBytes(UTF_8), bytes));
  }

  void send(String topic, String id, byte @Nullable [] value) throws Exception {
    broker.send(topic, id.getBytes(UTF_8), value);
  }

  static String id(int picture) {
    return "id%03d".formatted(picture);
  }
}
