package dev.imprint.tensorflow.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.imprint.augmentation.Augmentation;
import dev.imprint.augmentation.Recipe;
import dev.imprint.event.TopFile;
import dev.imprint.model.TunedTop;
import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.model.head.Activation;
import dev.imprint.model.head.DenseHead;
import dev.imprint.model.head.DenseLayer;
import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.KerasBackbone;
import dev.imprint.tensorflow.LearningPart;
import dev.imprint.tensorflow.head.Epoch;
import dev.imprint.tensorflow.head.HeadTraining;
import dev.imprint.tensorflow.head.HiddenLayers;
import dev.imprint.tensorflow.picture.ImageLimits;
import dev.imprint.tensorflow.picture.PictureBudget;
import dev.imprint.tensorflow.picture.TensorFlowImageDecoder;
import dev.imprint.tensorflow.picture.TestPictures;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import dev.imprint.tensorflow.tuning.TuningProgress.Phase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FineTunerTest {
  private static final LearningPart PART = LearningPart.lastBlocks(3);
  private static final TensorFlowConfig CPU = new TensorFlowConfig(TensorFlowConfig.Device.CPU, 1);
  private static final Recipe NO_VIEWS = new Recipe(Augmentation.DEFAULTS, 1);
  private static final Recipe VIEWS =
      new Recipe(new Augmentation(2, Augmentation.Flip.NONE, 0, 0, 0, 0, 0.1, 0.1, 0), 1);

  @TempDir private Path dir;
  private final List<TuningProgress> progress = new ArrayList<>();
  private BackboneDescription description;
  private TensorFlowImageDecoder decoder;

  @BeforeEach
  void open() throws IOException {
    description = TuningNetwork.description(dir);
    decoder = TestPictures.decoder(description);
  }

  @AfterEach
  void close() {
    decoder.close();
  }

  @Test
  void shouldAnswerBetterThanTheHeadAlone() throws Exception {
    TunedNetwork tuned = tune(settings(8), TuningPictures.write(dir, 60), VIEWS);

    Epoch.Validation before = Objects.requireNonNull(tuned.before());
    Epoch.Validation chosen = Objects.requireNonNull(tuned.chosen());
    assertThat(chosen.loss()).isLessThan(before.loss());
    assertThat(chosen.loss())
        .isLessThanOrEqualTo(
            tuned.epochs().stream().mapToDouble(Epoch.Validation::loss).min().orElseThrow());
    assertThat(progress).extracting(TuningProgress::phase).containsSubsequence(Phase.values());
  }

  @Test
  void shouldTuneUnderAHeadWithHiddenLayers() throws Exception {
    HiddenLayers hidden = new HiddenLayers(List.of(8), Activation.RELU, 0, true);
    FineTuner tuner =
        new FineTuner(
            TunableNetwork.of(description, PART),
            settings(12),
            HeadTraining.withSeed(1).withHidden(hidden),
            CPU,
            dir,
            Long.MAX_VALUE);

    TunedNetwork tuned = tuner.tune(decoder, TuningPictures.write(dir, 60), VIEWS, progress::add);

    Epoch.Validation before = Objects.requireNonNull(tuned.before());
    assertThat(Objects.requireNonNull(tuned.chosen()).loss()).isLessThan(before.loss());
    assertThat(tuned.head().hidden()).singleElement().extracting(DenseLayer::units).isEqualTo(8);
  }

  @Test
  void shouldServeWithTheTunedWeights() throws Exception {
    List<TuningExample> examples = TuningPictures.write(dir, 40);
    TunedNetwork tuned = tune(settings(4), examples, NO_VIEWS);

    try (KerasBackbone pretrained = KerasBackbone.open(description, CPU);
        KerasBackbone backbone =
            KerasBackbone.open(
                description, PictureBudget.of(ImageLimits.DEFAULT), CPU, tuned.top())) {
      List<TuningExample> validation = examples.stream().filter(TuningExample::validation).toList();
      List<Pixels> pixels = new ArrayList<>();
      for (TuningExample example : validation) {
        pixels.add(decoder.decode(Files.readAllBytes(example.picture())));
      }
      float[][] embeddings = backbone.embed(pixels);
      List<String> answers = tuned.head().predict(embeddings);

      long right =
          Stream.iterate(0, i -> i < answers.size(), i -> i + 1)
              .filter(i -> answers.get(i).equals(validation.get(i).label()))
              .count();
      assertThat((double) right / answers.size())
          .isCloseTo(Objects.requireNonNull(tuned.chosen()).accuracy(), within(0.051));
      assertThat(backbone.id()).isEqualTo(tuned.head().backboneId());
      assertThat(backbone.id()).isNotEqualTo(pretrained.id());
      float[] before = pretrained.embed(pixels)[0];
      int frozen = 6 + 6; // the layers before and at the cut
      assertThat(embeddings[0]).hasSameSizeAs(before);
      for (int i = 0; i < frozen; i++) {
        assertThat(embeddings[0][i]).isCloseTo(before[i], within(1e-4f));
      }
      assertThat(embeddings[0][before.length - 1]).isNotEqualTo(before[before.length - 1]);
    }
  }

  @Test
  void shouldLearnFromAllLayersWithManyExamplesAndFromTheLastAloneWithFew() throws Exception {
    DenseHead ofMany = tune(settings(2), TuningPictures.write(dir, 40), NO_VIEWS).head();
    DenseHead ofFew = tune(settings(2), TuningPictures.write(dir, 12), NO_VIEWS).head();

    int layer = 6 * 2; // weights of the first one, and of the second
    assertThat(ofMany.dimension()).isEqualTo(ofFew.dimension());
    assertThat(Arrays.copyOf(ofMany.weights(), layer)).isNotEqualTo(new float[layer]);
    assertThat(Arrays.copyOfRange(ofMany.weights(), layer, 2 * layer))
        .isNotEqualTo(new float[layer]);
    assertThat(Arrays.copyOf(ofFew.weights(), 2 * layer)).containsOnly(0);
    assertThat(ofFew.weights()).isNotEqualTo(new float[ofFew.weights().length]);
  }

  @Test
  void shouldServeWhatWasTunedBeforeLayersWereAdded() throws Exception {
    BackboneDescription whole = description;
    description = whole.lastLayerAlone();
    TunedNetwork before = tune(settings(1), TuningPictures.write(dir, 12), NO_VIEWS);
    ByteArrayOutputStream weights = new ByteArrayOutputStream();
    TopFile.write(before.top(), weights);

    try (KerasBackbone open = KerasBackbone.open(whole, CPU);
        Backbone trunk = Objects.requireNonNull(open.withId(before.top().backboneId()));
        Backbone tuned = trunk.tuned(weights.toByteArray())) {
      assertThat(trunk.isTuned()).isFalse();
      assertThat(tuned.isTuned()).isTrue();
      assertThat(tuned.id()).isEqualTo(before.head().backboneId());
      assertThat(tuned.dimension()).isEqualTo(before.head().dimension());
      assertThat(tuned.lastLayerAlone()).isNull();
    }
  }

  @Test
  void shouldGiveTheSameWeightsForTheSameSeed() throws Exception {
    List<TuningExample> examples = TuningPictures.write(dir, 12);

    List<TunedTop.Weight> first = tune(settings(2), examples, NO_VIEWS).top().weights();
    List<TunedTop.Weight> again = tune(settings(2), examples, NO_VIEWS).top().weights();
    List<TunedTop.Weight> other = tune(2, settings(2), examples, NO_VIEWS).top().weights();

    assertThat(again.get(0).values()).isEqualTo(first.get(0).values());
    assertThat(other.get(0).values()).isNotEqualTo(first.get(0).values());
  }

  @Test
  void shouldStopOnceItGetsNoBetterAndTakeTheBest() throws Exception {
    FineTuneSettings wild = new FineTuneSettings(50, 2, 8, 0.5f, 1, 0, 0, 1, 0, 1);

    TunedNetwork tuned = tune(wild, TuningPictures.write(dir, 44), NO_VIEWS);

    List<Double> losses = tuned.epochs().stream().map(Epoch.Validation::loss).toList();
    double best = losses.stream().mapToDouble(l -> l).min().orElseThrow();
    assertThat(losses).hasSizeLessThan(50);
    assertThat(losses.indexOf(best)).isEqualTo(losses.size() - 3);
    assertThat(Objects.requireNonNull(tuned.chosen()).loss()).isCloseTo(best, within(1e-6));
    assertThat(tuned.averaged()).isFalse();
  }

  @Test
  void shouldLeaveOutPicturesThatCannotBeRead() throws Exception {
    List<TuningExample> examples = TuningPictures.write(dir, 12);
    Files.writeString(examples.get(5).picture(), "no picture");

    TunedNetwork tuned = tune(settings(1), examples, NO_VIEWS);

    assertThat(tuned.leftOut()).isOne();
  }

  @Test
  void shouldRefuseALabelThatCannotBeLearned() throws Exception {
    List<TuningExample> examples = new ArrayList<>(TuningPictures.write(dir, 4));
    TuningExample first = examples.get(0);
    examples.add(new TuningExample(first.picture(), first.sha256(), "rare", true));

    assertThatThrownBy(() -> tune(settings(1), examples, NO_VIEWS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'rare' has examples for validation, but none to learn from");
  }

  @Test
  void shouldRefuseMoreActivationsThanAllowedAndLeaveNone() throws Exception {
    List<TuningExample> examples = TuningPictures.write(dir, 10);
    FineTuner tuner = tuner(1, settings(1), 1000);

    assertThatThrownBy(() -> tuner.tune(decoder, examples, VIEWS, progress::add))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the activations of 48 views, 816 bytes each, take 1 MiB")
        .hasMessageContaining("training.fine_tune.max_disk_mb");
    tune(settings(1), examples, NO_VIEWS);
    assertThat(dir).isDirectoryNotContaining("glob:**.tmp");
  }

  private TunedNetwork tune(FineTuneSettings settings, List<TuningExample> examples, Recipe recipe)
      throws Exception {
    return tune(1, settings, examples, recipe);
  }

  private TunedNetwork tune(
      long seed, FineTuneSettings settings, List<TuningExample> examples, Recipe recipe)
      throws Exception {
    return tuner(seed, settings, Long.MAX_VALUE).tune(decoder, examples, recipe, progress::add);
  }

  private FineTuner tuner(long seed, FineTuneSettings settings, long mostDiskBytes) {
    return new FineTuner(
        TunableNetwork.of(description, PART),
        settings,
        HeadTraining.withSeed(seed),
        CPU,
        dir,
        mostDiskBytes);
  }

  private static FineTuneSettings settings(int epochs) {
    return new FineTuneSettings(epochs, epochs, 8, 2e-3f, 0.9f, 0.01f, 0.1f, 1, 0.1f, 2);
  }
}
