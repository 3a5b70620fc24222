package dev.imprint.comparison;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;

import dev.imprint.augmentation.Augmentation;
import dev.imprint.broker.BrokerExtension;
import dev.imprint.buffer.Buffer;
import dev.imprint.buffer.BufferConfig;
import dev.imprint.buffer.BufferMetrics;
import dev.imprint.buffer.EmbeddingSource;
import dev.imprint.buffer.Example;
import dev.imprint.event.Json;
import dev.imprint.event.Sha256;
import dev.imprint.event.Topics;
import dev.imprint.leader.NumberModel;
import dev.imprint.leader.TestRetraining;
import dev.imprint.model.Backbone;
import dev.imprint.model.Backbones;
import dev.imprint.model.Claim;
import dev.imprint.model.ImageDecoder;
import dev.imprint.model.Label;
import dev.imprint.model.ModelVersion;
import dev.imprint.model.ModelVersion.Lineage;
import dev.imprint.model.ModelVersion.Training;
import dev.imprint.model.Pixels;
import dev.imprint.model.Release;
import dev.imprint.rollout.OpenBackbones;
import dev.imprint.rollout.Publisher;
import dev.imprint.rollout.RefusedException;
import dev.imprint.rollout.RelabelledVersion;
import dev.imprint.rollout.TestRegistry;
import dev.imprint.tensorflow.head.ClassWeights;
import dev.imprint.tensorflow.head.HeadTrainer;
import dev.imprint.tensorflow.head.HiddenLayers;
import dev.imprint.tensorflow.head.Optimizer;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import dev.imprint.training.Candidate;
import dev.imprint.training.FineTuneConfig;
import dev.imprint.training.FineTuneTrainer;
import dev.imprint.training.GateConfig;
import dev.imprint.training.Material;
import dev.imprint.training.Trainer;
import dev.imprint.training.TrainingConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
class ReproductionTest {
  @RegisterExtension private static final BrokerExtension broker = new BrokerExtension();
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int RECORD_BYTES = 1_000_000;

  private static final TrainingConfig SETTINGS = settings(GateConfig.DEFAULTS.foldsBelow());

  @TempDir Path embeddings;
  private final NumberModel backbone = new NumberModel();
  private TestRegistry registry;
  private Topics topics;

  @BeforeEach
  void createTopics() throws Exception {
    registry = TestRegistry.createAll(broker.bootstrapServers(), broker.prefix(), 2);
    topics = registry.store.topics();
  }

  /** With folds, after relabelling, and with a holdout. */
  @Test
  void shouldReproduceThreeVersionsBitByBit() throws Exception {
    label(0, 60);
    ModelVersion first = learn(SETTINGS);
    label(60, 100);
    label(7, "class-9");
    label(8, "class-9");
    label(9, "class-9");
    ModelVersion second = learn(SETTINGS.withSeed(5));
    label(100, 120);
    ModelVersion third = learn(settings(0));

    Reproduction ofFirst = reproduce(first);
    Reproduction ofSecond = reproduce(second);
    Reproduction ofThird = reproduce(third);

    assertThat(List.of(ofFirst, ofSecond, ofThird))
        .allSatisfy(
            result -> {
              assertThat(result.differences()).isEmpty();
              assertThat(result.identical()).isTrue();
            });
    assertThat(Objects.requireNonNull(ofFirst.comparison()).heads()).isEqualTo(6);
    assertThat(Objects.requireNonNull(ofThird.comparison()).heads()).isOne();
    assertThat(ofFirst.relabelled())
        .containsOnly(entry(id(7), "class-9"), entry(id(8), "class-9"), entry(id(9), "class-9"));
    assertThat(ofSecond.relabelled()).isEmpty();
    assertThat(ofSecond.examples()).isEqualTo(100);
  }

  /** With folds, and with a holdout, whose pictures have no views. */
  @Test
  void shouldReproduceVersionsThatLearnedFromViews() throws Exception {
    label(0, 60);
    Augmentation two = Augmentation.DEFAULTS.withViews(2);
    ModelVersion plain = learn(SETTINGS);
    ModelVersion folds = learn(SETTINGS.withAugmentation(two));
    ModelVersion holdout = learn(settings(0).withAugmentation(two));

    assertThat(folds.head().sha256()).isNotEqualTo(plain.head().sha256());
    assertThat(folds.training().examples()).containsEntry("views", 120);
    assertThat(holdout.training().examples().get("views")).isBetween(2, 118);
    assertThat(List.of(reproduce(folds), reproduce(holdout)))
        .allSatisfy(
            result -> {
              assertThat(result.differences()).isEmpty();
              assertThat(result.identical()).isTrue();
            });
    Map<String, String> otherwise = new HashMap<>(folds.training().configuration());
    otherwise.put("augmentation.rotation", "0");
    otherwise.put("augmentation.brightness", "0.4");
    assertThat(reproduce(with(folds, 1, otherwise, folds.training().lineage())).identical())
        .isFalse();
  }

  /** With the settings that it found, which the record has. */
  @Test
  void shouldReproduceWhatASearchHasChosenWithoutSearching() throws Exception {
    label(0, 60);
    ModelVersion version = learn(SETTINGS.searching(600));

    Reproduction result = reproduce(version);

    assertThat(version.training().trials()).hasSizeGreaterThan(3);
    assertThat(Json.decode(Json.encode(version), ModelVersion.class)).isEqualTo(version);
    assertThat(result.differences()).isEmpty();
    assertThat(result.identical()).isTrue();
  }

  @Test
  void shouldRecordWhatAHeadDependsOn() throws Exception {
    label(0, 60);

    Training training = learn(SETTINGS).training();

    Lineage lineage = Objects.requireNonNull(training.lineage());
    assertThat(lineage.release()).isEqualTo(Release.VERSION);
    assertThat(lineage.processor()).contains(System.getProperty("os.arch"));
    assertThat(lineage.threads()).isPositive();
    assertThat(lineage.firstLabel()).isEqualTo(Instant.ofEpochSecond(0));
    assertThat(lineage.lastLabel()).isEqualTo(Instant.ofEpochSecond(59));
    assertThat(training.configuration()).containsEntry("gate.when_unsure", "promote");
  }

  @Test
  void shouldNameTheExamplesThatAreMissing() throws Exception {
    label(0, 60);
    ModelVersion version = learn(SETTINGS);
    send(topics.labels(), id(3), null);
    send(topics.pictures(), id(3), null);
    write(id(4), 1004, "class-0");

    Reproduction result = reproduce(version);

    assertThat(result.comparison()).isNull();
    assertThat(result.missing())
        .containsOnly(
            entry(id(3), "is no longer in the buffer"), entry(id(4), "has another picture now"));
  }

  @Test
  void shouldSayThatTheEmbeddingsDiffer() throws Exception {
    label(0, 60);
    ModelVersion version = learn(SETTINGS);

    Reproduction result = reproduce(version, new RoundedOtherwise(backbone));

    assertThat(result.identical()).isFalse();
    assertThat(Objects.requireNonNull(result.comparison()).largest()).isBetween(1e-9, 1e-3);
    assertThat(result.comparison().otherAnswers()).isZero();
    assertThat(result.differences())
        .singleElement()
        .asString()
        .startsWith("the embeddings of its pictures are not the same");
  }

  @Test
  void shouldSayThatCodeSeedOrProcessorDiffer() throws Exception {
    label(0, 60);
    ModelVersion version = learn(SETTINGS);
    Lineage lineage = Objects.requireNonNull(version.training().lineage());
    Lineage elsewhere =
        new Lineage(
            "0.0.9",
            "0a1b2c",
            "riscv64",
            lineage.threads(),
            lineage.embeddings(),
            lineage.firstLabel(),
            lineage.lastLabel());

    Reproduction result =
        reproduce(with(version, 2, version.training().configuration(), elsewhere));

    assertThat(result.identical()).isFalse();
    assertThat(result.differences())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("release: then 0.0.9, here "),
            line -> assertThat(line).startsWith("commit: then 0a1b2c, here "),
            line -> assertThat(line).startsWith("processor: then riscv64, here "));
  }

  @Test
  void shouldSayThatARecordOfAnEarlierBuildIsNotEnough() throws Exception {
    label(0, 60);
    ModelVersion version = learn(SETTINGS);
    Map<String, String> settings = new HashMap<>(version.training().configuration());

    Reproduction withoutLineage = reproduce(with(version, 1, settings, null));
    settings.remove("patience");

    assertThat(withoutLineage.identical()).isTrue();
    assertThat(withoutLineage.differences())
        .singleElement()
        .asString()
        .contains("an earlier build wrote it");
    assertThatThrownBy(() -> reproduce(with(version, 1, settings, null)))
        .isInstanceOf(RefusedException.class)
        .hasMessage(
            version.version()
                + " cannot be trained again: its record does not say training.patience");
    settings.put("patience", "1e1");
    assertThatThrownBy(() -> reproduce(with(version, 1, settings, null)))
        .isInstanceOf(RefusedException.class)
        .hasMessageEndingWith("its record says training.patience: 1e1, which is not valid");
  }

  @Test
  void shouldNameTheVersionWhoseWeightsARelabelledOneHas() throws Exception {
    label(0, 60);
    ModelVersion version = learn(SETTINGS);
    Map<String, String> settings = new HashMap<>(version.training().configuration());
    settings.put(RelabelledVersion.CHANGED, "rename 'class-0' to 'zero'");

    assertThatThrownBy(() -> reproduce(with(version, 1, settings, null)))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("under other labels (rename 'class-0' to 'zero'): reproduce that");
  }

  @Test
  void shouldTellInWhatTwoVersionsDiffer() throws Exception {
    label(0, 60);
    ModelVersion first = learn(SETTINGS);
    send(topics.labels(), id(3), null);
    send(topics.pictures(), id(3), null);
    for (int picture = 10; picture < 16; picture++) {
      label(picture, "class-9");
    }
    label(60, 62);
    ModelVersion second = learn(SETTINGS.withSeed(5));

    VersionDiff diff = VersionDiff.of(first, second, registry.store);
    ChangedSides sides = ChangedSides.of(first, second, past(backbone));

    assertThat(diff.settings())
        .extracting(VersionDiff.Setting::key, VersionDiff.Setting::a, VersionDiff.Setting::b)
        .contains(tuple("seed", "1", "5"));
    assertThat(diff.gainedLabels()).containsExactly("class-9");
    assertThat(diff.lostLabels()).isEmpty();
    assertThat(diff.examples().gained()).containsOnlyKeys(id(60), id(61));
    assertThat(diff.examples().lost()).containsOnlyKeys(id(3));
    assertThat(diff.examples().relabelled())
        .hasSize(6)
        .allSatisfy(example -> assertThat(example.b()).isEqualTo("class-9"));
    assertThat(diff.examples().common()).isEqualTo(53);
    assertThat(diff.metrics().get(0).label()).isNull();
    assertThat(diff.metrics())
        .filteredOn(pair -> "class-9".equals(pair.label()))
        .singleElement()
        .satisfies(pair -> assertThat(pair.a()).isNull());
    assertThat(sides.missing()).isOne();
    assertThat(sides.compared()).isPositive();
    assertThat(sides.rightToWrong())
        .isNotEmpty()
        .allSatisfy(changed -> assertThat(changed.a()).isEqualTo(changed.label()));
    assertThat(sides.wrongToRight())
        .isNotEmpty()
        .allSatisfy(changed -> assertThat(changed.b()).isEqualTo(changed.label()));
    ChangedSides back = ChangedSides.of(second, first, past(backbone));
    assertThat(back.compared()).isPositive();
  }

  @Test
  void shouldFindNoPictureThatChangedSidesBetweenEquals() throws Exception {
    label(0, 60);
    ModelVersion version = learn(SETTINGS);

    ChangedSides sides = ChangedSides.of(version, version, past(backbone));

    assertThat(sides).isEqualTo(new ChangedSides(60, List.of(), List.of(), 0));
  }

  private static ModelVersion with(
      ModelVersion version, long seed, Map<String, String> settings, @Nullable Lineage lineage) {
    Training training = version.training();
    return new ModelVersion(
        version.version(),
        version.parent(),
        version.createdAt(),
        version.backboneId(),
        version.labels(),
        version.head(),
        version.manifest(),
        new Training(
            seed,
            training.device(),
            training.seconds(),
            training.examples(),
            settings,
            lineage,
            training.startedBy(),
            training.unlearned(),
            training.trials()),
        version.judgement());
  }

  private Reproduction reproduce(ModelVersion version) throws Exception {
    return reproduce(version, backbone);
  }

  private Reproduction reproduce(ModelVersion version, Backbone by) throws Exception {
    return Reproduction.of(version, past(by));
  }

  private PastTraining past(Backbone by) {
    return new PastTraining(
        registry.store,
        BufferConfig.DEFAULTS,
        TensorFlowConfig.DEFAULT,
        new OneNetwork(by),
        line -> {});
  }

  private record OneNetwork(Backbone by) implements PastTraining.Networks {
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
  private static TrainingConfig settings(int foldsBelow) {
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
  private ModelVersion learn(TrainingConfig config) throws Exception {
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

  private void label(int from, int to) throws Exception {
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

  private void label(int picture, String label) throws Exception {
    write(id(picture), picture, label);
  }

  private void write(String id, int picture, String label) throws Exception {
    try (Producer<byte[], byte[]> producer = registry.store.clients().producer(RECORD_BYTES)) {
      example(producer, id, picture, label);
      producer.flush();
    }
  }

  private void example(Producer<byte[], byte[]> producer, String id, int picture, String label) {
    byte[] bytes = NumberModel.image(picture);
    Claim claim = new Claim("images", 0, picture, Sha256.hex(bytes));
    Label value = new Label(id, label, claim, null, "anna", Instant.ofEpochSecond(picture), claim);
    producer.send(new ProducerRecord<>(topics.labels(), id.getBytes(UTF_8), Json.encode(value)));
    producer.send(new ProducerRecord<>(topics.pictures(), id.getBytes(UTF_8), bytes));
  }

  private void send(String topic, String id, byte @Nullable [] value) throws Exception {
    broker.send(topic, id.getBytes(UTF_8), value);
  }

  private static String id(int picture) {
    return "id%03d".formatted(picture);
  }

  /** Another processor's rounding. */
  private record RoundedOtherwise(Backbone backbone) implements Backbone {
    @Override
    public String id() {
      return backbone.id();
    }

    @Override
    public int dimension() {
      return backbone.dimension();
    }

    @Override
    public ImageDecoder decoder() {
      return backbone.decoder();
    }

    @Override
    public float[][] embed(List<Pixels> images) {
      float[][] embeddings = backbone.embed(images);
      for (float[] embedding : embeddings) {
        embedding[0] *= 1.001f; // more than half precision rounds off
      }
      return embeddings;
    }

    @Override
    public void close() {}
  }
}
