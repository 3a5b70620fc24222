package dev.imprint.tensorflow.export;

import static dev.imprint.model.head.Activation.SILU;
import static dev.imprint.model.head.Activation.TANH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.imprint.model.RejectedException;
import dev.imprint.model.TunedTop;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.model.head.DenseHead;
import dev.imprint.model.head.DenseLayer;
import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.KerasBackbone;
import dev.imprint.tensorflow.KerasFixturesTest;
import dev.imprint.tensorflow.Preprocessing;
import dev.imprint.tensorflow.SelfTestPictures;
import dev.imprint.tensorflow.Shared;
import dev.imprint.tensorflow.keras.KerasFile;
import dev.imprint.tensorflow.keras.KerasLayer;
import dev.imprint.tensorflow.keras.KerasModelParser;
import dev.imprint.tensorflow.keras.KerasWeights;
import dev.imprint.tensorflow.picture.InputSize;
import dev.imprint.tensorflow.picture.TestPictures;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Exported models, as Imprint and TensorFlow read them again; {@code .ci/backbones} has Keras read
 * it.
 */
class ClassifierExportTest extends ClassifierExportSteps {
  @ParameterizedTest
  @CsvSource({
    "shared.keras, joined, 6, 8",
    "nested.h5, DEFAULTS, 0, 0",
    "nested.keras, DEFAULTS, 0, 0",
    "sequential.keras, DEFAULTS, 0, 0",
    "sequential.h5, DEFAULTS, 0, 0",
    "folding.keras, DEFAULTS, 0, 0",
    "convolutions.h5, DEFAULTS, 0, 0",
    "transformer.keras, DEFAULTS, 0, 0",
    "applications.h5, DEFAULTS, 0, 0",
    "scalings.keras, DEFAULTS, 0, 0",
    "mixed_float16.keras, DEFAULTS, 0, 0",
    "input_gray.keras, DEFAULTS, 0, 0",
    "input_uint8.keras, DEFAULTS, 0, 0",
    "arrays.keras, DEFAULTS, 0, 0"
  })
  void shouldServeAgainAsAWholeClassifier(String file, String layer, int height, int width)
      throws IOException, RejectedException {
    BackboneDescription description =
        layer.equals("DEFAULTS")
            ? ofOutputs(file)
            : description(file, Preprocessing.TF, List.of(layer), new InputSize(height, width));

    assertServesAgain(description);
  }

  @ParameterizedTest
  @EnumSource(Preprocessing.class)
  void shouldPreprocessAsTheBackboneDoes(Preprocessing preprocessing)
      throws IOException, RejectedException {
    assertServesAgain(
        description("shared.keras", preprocessing, List.of("joined"), new InputSize(6, 8)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldExportTheBundledBackboneWithAllItsLayersOrTheLastAlone(boolean last)
      throws IOException, RejectedException {
    BackboneDescription bundled = BackboneDescription.bundled();

    assertServesAgain(last ? bundled.lastLayerAlone() : bundled);
  }

  /** Its last hidden layer is the embedding of what is read again. */
  @Test
  void shouldExportHiddenLayers() throws IOException, RejectedException {
    BackboneDescription description = ofShared();
    try (KerasBackbone backbone = KerasBackbone.open(description, TensorFlowConfig.DEFAULT)) {
      DenseHead head = deep(backbone);
      List<Pixels> pictures = SelfTestPictures.decode(backbone);
      float[][] expected = head.probabilities(backbone.embed(pictures));
      ClassifierExport export = new ClassifierExport(description, head, null);

      ClassifierExport.Exported keras =
          export.write(ExportFormat.KERAS, dir.resolve("shoes.keras"));
      ClassifierExport.Exported savedModel =
          export.write(ExportFormat.SAVEDMODEL, dir.resolve("shoes"));

      assertThat(savedModel.difference()).isBetween(0.0, (double) TOLERANCE);
      Path yaml = Files.writeString(dir.resolve("shoes.yaml"), keras.yaml());
      try (KerasBackbone again =
          KerasBackbone.open(BackboneDescription.load(yaml), TensorFlowConfig.DEFAULT)) {
        assertThat(again.dimension()).isEqualTo(3);
        assertClose(
            Objects.requireNonNull(again.classifier()).probabilities(again.embed(pictures)),
            expected);
      }
    }
  }

  private static DenseHead deep(KerasBackbone backbone) {
    DenseLayer first =
        new DenseLayer(drawn(backbone.dimension(), 4), new float[] {.1f, 0, .2f, -.1f}, SILU);
    DenseLayer second = new DenseLayer(drawn(4, 3), new float[] {.5f, 0, -.2f}, TANH);
    return new DenseHead(
        backbone.id(), CLASSES, List.of(first, second), drawn(3, CLASSES.size()), new float[5]);
  }

  static Stream<String> networks() {
    return KerasFixturesTest.files();
  }

  /** At two inner layers and the last one, concatenated. */
  @ParameterizedTest
  @MethodSource("networks")
  void shouldExportNetworksOfKerasApplications(String name) throws IOException, RejectedException {
    Path folder = Shared.require("data/keras-fixtures");
    String network = name.substring(0, name.indexOf('.'));
    for (JsonNode fixture :
        new ObjectMapper().readTree(folder.resolve("fixtures.json").toFile()).get("fixtures")) {
      if (fixture.get("name").asText().equals(network)) {
        List<String> layers = new ArrayList<>();
        fixture.get("intermediate").forEach(cut -> layers.add(cut.get("layer").asText()));
        layers.add(fixture.at("/output/layer").asText());
        int side = fixture.at("/input/shape/1").asInt();
        assertServesAgain(
            description(folder.resolve(name), Preprocessing.TF, layers, new InputSize(side, side)));
      }
    }
  }

  /** Written, read by its YAML, and compared with the backbone itself and the head. */
  private void assertServesAgain(BackboneDescription description)
      throws IOException, RejectedException {
    try (KerasBackbone backbone = KerasBackbone.open(description, TensorFlowConfig.DEFAULT)) {
      DenseHead head = head(backbone);
      List<Pixels> pictures = SelfTestPictures.decode(backbone);
      float[][] expected = head.probabilities(backbone.embed(pictures));

      ClassifierExport.Exported exported =
          new ClassifierExport(description, head, null)
              .write(ExportFormat.KERAS, dir.resolve("shoes.keras"));

      assertThat(exported.difference()).isBetween(0.0, (double) TOLERANCE);
      Path yaml = Files.writeString(dir.resolve("shoes.yaml"), exported.yaml());
      BackboneDescription whole = BackboneDescription.load(yaml);
      try (KerasBackbone again = KerasBackbone.open(whole, TensorFlowConfig.DEFAULT)) {
        DenseHead classifier = Objects.requireNonNull(again.classifier());
        assertThat(classifier.labels()).isEqualTo(LABELS);
        assertThat(classifier.classes()).hasSameElementsAs(LABELS).hasSize(CLASSES.size());
        assertClose(classifier.probabilities(again.embed(pictures)), expected);
      }
    }
    try (Stream<Path> files = Files.list(dir)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("shoes.keras", "shoes.labels.txt", "shoes.yaml");
    }
  }

  @Test
  void shouldTakeNewWeightsInPlaceOfTheFiles() throws IOException, RejectedException {
    BackboneDescription description =
        description("shared.keras", Preprocessing.TF, List.of("joined"), new InputSize(6, 8));
    KerasLayer conv = layer(description, "conv");
    float[] kernel = new float[3 * 3 * 3 * 3];
    Arrays.fill(kernel, 0.1f);
    TunedTop top =
        new TunedTop(
            description.id(),
            List.of(
                new TunedTop.Weight(
                    conv.path(), KerasWeights.name(conv, 0), List.of(3, 3, 3, 3), kernel)));
    try (KerasBackbone backbone = KerasBackbone.open(description, TensorFlowConfig.DEFAULT)) {
      DenseHead head = head(backbone);
      List<Pixels> pictures = SelfTestPictures.decode(backbone);

      ClassifierExport.Exported exported =
          new ClassifierExport(description, head, top)
              .write(ExportFormat.KERAS, dir.resolve("shoes.keras"));

      Path yaml = Files.writeString(dir.resolve("shoes.yaml"), exported.yaml());
      BackboneDescription whole = BackboneDescription.load(yaml);
      try (KerasFile file = KerasFile.open(whole.network());
          KerasBackbone again = KerasBackbone.open(whole, TensorFlowConfig.DEFAULT)) {
        assertThat(file.weights().read(layer(whole, "conv"), 0, 3, 3, 3, 3))
            .containsExactly(kernel);
        float[][] answers =
            Objects.requireNonNull(again.classifier()).probabilities(again.embed(pictures));
        float[][] before = head.probabilities(backbone.embed(pictures));
        assertThat(answers[0][0]).isNotCloseTo(before[0][0], within(TOLERANCE));
      }
    }
  }

  private static KerasLayer layer(BackboneDescription description, String name) {
    try (KerasFile file = KerasFile.open(description.network())) {
      return Objects.requireNonNull(KerasModelParser.parse(file.config()).layers().get(name));
    }
  }

  /** Of all outputs that can be pooled. */
  private static BackboneDescription ofOutputs(String file) {
    String name = file.substring(0, file.indexOf('.'));
    for (String list : List.of("/keras/networks.json", "/keras/keras3.json")) {
      for (JsonNode network : TestPictures.json(list).path("networks")) {
        if (network.path("name").asText().equals(name)) {
          List<String> layers = new ArrayList<>();
          for (JsonNode output : network.path("outputs")) {
            int rank = output.path("shape").size();
            if (rank == 2 || rank == 4) {
              layers.add(output.path("layer").asText());
            }
          }
          JsonNode input = network.path("input");
          InputSize size = new InputSize(input.path(1).asInt(), input.path(2).asInt());
          return description(file, Preprocessing.TF, layers, size);
        }
      }
    }
    throw new IllegalArgumentException(file);
  }
}
