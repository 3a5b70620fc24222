package dev.imprint.comparison;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.app.config.ConfigReader;
import dev.imprint.broker.BrokerExtension;
import dev.imprint.buffer.Buffer;
import dev.imprint.buffer.BufferConfig;
import dev.imprint.buffer.BufferMetrics;
import dev.imprint.buffer.cache.EmbeddingSource;
import dev.imprint.event.Json;
import dev.imprint.event.Topics;
import dev.imprint.model.Claim;
import dev.imprint.model.Label;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.backbone.Backbones;
import dev.imprint.rollout.Publisher;
import dev.imprint.rollout.TestRegistry;
import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.KerasBackbone;
import dev.imprint.tensorflow.picture.ImageLimits;
import dev.imprint.tensorflow.picture.PictureBudget;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import dev.imprint.tensorflow.tuning.TuningExample;
import dev.imprint.tensorflow.tuning.TuningNetwork;
import dev.imprint.tensorflow.tuning.TuningPictures;
import dev.imprint.tensorflow.tuning.TuningProgress;
import dev.imprint.training.Candidate;
import dev.imprint.training.FineTuneTrainer;
import dev.imprint.training.TrainingConfig;
import dev.imprint.tuning.TuningLimits;
import dev.imprint.tuning.TuningProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** With a small network, and a process of its own as in earnest. */
@SuppressWarnings("NullAway.Init")
class FineTuneReproductionTest {
  @RegisterExtension private static final BrokerExtension broker = new BrokerExtension();
  private static final TensorFlowConfig CPU = new TensorFlowConfig(TensorFlowConfig.Device.CPU, 1);
  private static final int OF_EACH = 40;
  private static final FineTuneTrainer.Listener PROGRESS =
      new FineTuneTrainer.Listener() {
        @Override
        public void waiting(int pictures) {}

        @Override
        public void progress(TuningProgress now) {}
      };

  @TempDir private Path dir;
  private final List<String> progress = new ArrayList<>();
  private TestRegistry registry;
  private Path yaml;

  @BeforeEach
  void label() throws Exception {
    yaml = TuningNetwork.write(dir);
    registry = TestRegistry.createAll(broker.bootstrapServers(), broker.prefix(), 1);
    Topics topics = registry.store.topics();
    try (Producer<byte[], byte[]> producer = registry.store.clients().producer(1_000_000)) {
      for (TuningExample example : TuningPictures.write(dir, OF_EACH)) {
        byte[] id = example.picture().getFileName().toString().getBytes(UTF_8);
        Claim claim = new Claim(topics.images(), 0, 0, example.sha256());
        Label label =
            new Label(
                new String(id, UTF_8), example.label(), claim, null, "anna", Instant.EPOCH, claim);
        producer.send(new ProducerRecord<>(topics.labels(), id, Json.encode(label)));
        producer.send(
            new ProducerRecord<>(topics.pictures(), id, Files.readAllBytes(example.picture())));
      }
    }
  }

  @Test
  void shouldReproduceAFineTunedVersionBitByBit() throws Exception {
    ModelVersion version = fineTune();
    Path data = dir.resolve("reproduction");

    Reproduction again = reproduce(version, data);
    Reproduction otherwise = reproduce(withEpochs(version, 1), data);

    assertThat(again.differences()).isEmpty();
    assertThat(again.identical()).isTrue();
    NetworkComparison network = Objects.requireNonNull(again.network());
    assertThat(network.numbers()).isPositive();
    assertThat(network.again()).isEqualTo(network.digest());
    assertThat(Objects.requireNonNull(again.comparison()).otherAnswers()).isZero();
    assertThat(progress).anyMatch(line -> line.startsWith("fine-tuning on 80 pictures; it took "));
    assertThat(data).doesNotExist();
    assertThat(otherwise.identical()).isFalse();
    assertThat(Objects.requireNonNull(otherwise.network()).different()).isPositive();
    assertThat(otherwise.network().largest()).isBetween(1e-9, 1.0);
  }

  private ModelVersion fineTune() throws Exception {
    TrainingConfig settings =
        new ConfigReader(name -> null)
            .read(
                null,
                Map.of(
                    "training.augmentation.rotation",
                    0.1,
                    "training.fine_tune.from",
                    "block2_",
                    "training.fine_tune.views",
                    1,
                    "training.fine_tune.epochs",
                    2,
                    "training.fine_tune.learning_rate",
                    0.001))
            .training();
    try (KerasBackbone trunk = open();
        Buffer buffer =
            new Buffer(
                BufferConfig.DEFAULTS,
                registry.store.clients(),
                registry.store.topics(),
                new EmbeddingSource(Backbones.of(trunk), dir.resolve("embeddings")),
                BufferMetrics.NOOP);
        Producer<byte[], byte[]> producer = registry.producer()) {
      buffer.start();
      assertThat(buffer.awaitCaughtUp(Duration.ofMinutes(1), left -> {})).isTrue();
      Candidate candidate =
          tuner(settings, dir.resolve("tuning"))
              .train(
                  buffer.snapshot().examples(),
                  buffer.pictures(),
                  trunk,
                  null,
                  List.of(),
                  PROGRESS);
      try (Publisher publisher = registry.publisher(producer, trunk.id())) {
        return publisher.publish(candidate, null, "test", Publisher.NOTHING_MORE);
      }
    }
  }

  private Reproduction reproduce(ModelVersion version, Path data) throws Exception {
    return Reproduction.of(
        version,
        new PastTraining(
            registry.store, BufferConfig.DEFAULTS, CPU, new Networks(data), progress::add));
  }

  private static ModelVersion withEpochs(ModelVersion version, int epochs) {
    ModelVersion.Training training = version.training();
    Map<String, String> settings = new HashMap<>(training.configuration());
    settings.put("fine_tune.epochs", String.valueOf(epochs));
    return new ModelVersion(
        version.version(),
        version.parent(),
        version.createdAt(),
        version.backboneId(),
        version.labels(),
        version.head(),
        version.manifest(),
        new ModelVersion.Training(
            training.seed(),
            training.device(),
            training.seconds(),
            training.examples(),
            settings,
            training.lineage(),
            training.startedBy(),
            training.unlearned(),
            training.trials()),
        version.judgement(),
        version.network());
  }

  private KerasBackbone open() {
    return KerasBackbone.open(
        BackboneDescription.load(yaml), PictureBudget.of(ImageLimits.DEFAULT), CPU);
  }

  private FineTuneTrainer tuner(TrainingConfig settings, Path folder) {
    return new FineTuneTrainer(
        settings,
        yaml,
        ImageLimits.DEFAULT,
        CPU,
        folder,
        new TuningProcess(TuningLimits.DEFAULTS)::run,
        System::nanoTime);
  }

  private final class Networks implements PastTraining.Networks {
    private final Path folder;

    Networks(Path folder) {
      this.folder = folder;
    }

    @Override
    public Backbone of(ModelVersion version) throws IOException {
      throw new IOException("nothing but its trunk is needed");
    }

    @Override
    public Backbone trunk(ModelVersion version) {
      return open();
    }

    @Override
    public FineTuneTrainer tuner(ModelVersion version, TrainingConfig settings) {
      return FineTuneReproductionTest.this.tuner(settings, folder);
    }
  }
}
