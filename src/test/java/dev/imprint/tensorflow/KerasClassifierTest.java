package dev.imprint.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.model.head.DenseHead;
import dev.imprint.model.head.Score;
import dev.imprint.tensorflow.keras.FunctionalModel;
import dev.imprint.tensorflow.keras.KerasCall;
import dev.imprint.tensorflow.keras.KerasFileWriter;
import dev.imprint.tensorflow.keras.KerasImportException;
import dev.imprint.tensorflow.keras.KerasJson;
import dev.imprint.tensorflow.keras.KerasParts;
import dev.imprint.tensorflow.keras.Weight;
import dev.imprint.tensorflow.layer.KerasNumbers;
import dev.imprint.tensorflow.picture.ImageLimits;
import dev.imprint.tensorflow.picture.InputSize;
import dev.imprint.tensorflow.picture.PictureBudget;
import dev.imprint.tensorflow.picture.PictureInput;
import dev.imprint.tensorflow.picture.TestPictures;
import dev.imprint.tensorflow.session.Precision;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whole classifiers, compared with Keras' output (src/test/resources/keras/make_classifiers.py).
 */
class KerasClassifierTest {
  private static final float TOLERANCE = 1e-5f;
  private static final int HEIGHT = 12;
  private static final int WIDTH = 16;
  private static final int IMAGES = 2;
  private static final float[] NUMBERS =
      KerasNumbers.floats(TestPictures.resource("/keras/classifiers.bin"));

  @TempDir private Path dir;

  static Stream<Arguments> classifiers() {
    List<Arguments> classifiers = new ArrayList<>();
    int at = IMAGES * HEIGHT * WIDTH * Pixels.CHANNELS;
    for (var entry : TestPictures.json("/keras/classifiers.json").properties()) {
      int labels = entry.getValue().asInt();
      float[] probabilities = Arrays.copyOfRange(NUMBERS, at, at += IMAGES * labels);
      classifiers.add(Arguments.of(entry.getKey(), labels, probabilities));
    }
    return classifiers.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("classifiers")
  void shouldGiveKerasProbabilities(String name, int labels, float[] expected) {
    BackboneDescription description = description(List.of(), labels(labels));

    try (KerasBackbone backbone = open(description, file(name))) {
      assertAnswers(backbone, expected);
    }
  }

  /** Only its own numbers count, not those of the other layers. */
  @Test
  void shouldTakeItsOwnPartOfAnEmbeddingOfSeveralLayers() {
    float[] expected = (float[]) classifiers().toList().get(3).get()[2];
    BackboneDescription description = description(List.of("conv", "fc1"), labels(5));

    try (KerasBackbone backbone = open(description, file("vgg"))) {
      assertThat(backbone.dimension()).as("of conv, fc1 and fc2").isEqualTo(6 + 8 + 7);
      assertAnswers(backbone, expected);
    }
  }

  /** Most of the file is then read twice: for the embedding, and for the head. */
  @Test
  void shouldTakeALayerOfTheHeadIntoTheEmbedding() {
    float[] expected = (float[]) classifiers().toList().get(7).get()[2];

    try (KerasBackbone backbone =
        open(description(List.of("predictions"), labels(50)), file("wide"))) {
      assertThat(backbone.description().embeddingLayers()).containsExactly("predictions", "pool");
      assertAnswers(backbone, expected);
    }
  }

  private static void assertAnswers(KerasBackbone backbone, float[] expected) {
    DenseHead head = Objects.requireNonNull(backbone.classifier());
    assertThat(head.backboneId()).isEqualTo(backbone.id());
    float[][] answers = head.probabilities(backbone.embed(images()));
    int labels = head.labels().size();
    for (int i = 0; i < IMAGES; i++) {
      float[] probabilities = answers[i];
      float[] keras = Arrays.copyOfRange(expected, i * labels, (i + 1) * labels);
      assertThat(probabilities).containsExactly(keras, within(TOLERANCE));
      assertThat(head.top(probabilities, labels))
          .extracting(Score::label)
          .isEqualTo(head.top(keras, labels).stream().map(Score::label).toList());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "efficientnet, avg_pool",
    "mobilenet, pool",
    "mobilenet_v3, hard_swish",
    "vgg, fc2",
    "binary, pool"
  })
  void shouldEmbedByWhatTheHeadTakes(String name, String layer) {
    BackboneDescription description = description(List.of(), labels(5)).withLayers(file(name));

    assertThat(description.embeddingLayers()).containsExactly(layer);
  }

  /** Heads trained on the backbone earlier must still fit. */
  @Test
  void shouldLeaveTheBackbonesIdAsItIs() {
    byte[] file = file("efficientnet");

    assertThat(description(List.of(), labels(5)).id(file))
        .isEqualTo(description(List.of(), labels(4)).id(file))
        .isEqualTo(description(List.of(), List.of()).id(file));
  }

  @Test
  void shouldHaveNoClassifierWithoutLabels() {
    try (KerasBackbone backbone = open(description(List.of(), List.of()), file("vgg"))) {
      assertThat(backbone.classifier()).isNull();
    }
  }

  @ParameterizedTest
  @CsvSource({"efficientnet, 4, 5 outputs", "binary, 3, 'one output, for 2 labels'"})
  void shouldSayHowManyLabelsAreWanted(String name, int labels, String outputs) {
    assertRefused(
        description(List.of(), labels(labels)),
        file(name),
        "labels: there are %d, but the network has %s".formatted(labels, outputs));
  }

  @Test
  void shouldRefuseWhatIsNoClassifierOfOneLabelAnImage() {
    assertRefused(
        labels(5), with("efficientnet", "predictions", "sigmoid"), "it ends in 5 sigmoids");
    assertRefused(
        labels(5),
        with("efficientnet", "predictions", "relu"),
        "it ends in layer 'predictions' (Dense)",
        "remove labels");
    assertRefused(labels(5), TestPictures.resource("/keras/folding.keras"), "it has 9 outputs");
    assertRefused(
        labels(5),
        with("squeezenet", "pool", layer -> layer.put("class_name", "Identity")),
        "its head takes feature maps");
  }

  /** For example ten labels per picture, with a softmax over a part of the outputs. */
  @Test
  void shouldRefuseASoftmaxThatDoesNotGoOverTheLabels() {
    assertRefused(
        labels(5), mobilenet(5, 1, -1), "several rows of numbers of the shape [-1, 5, 1]");
    assertRefused(
        labels(5),
        mobilenet(1, 5, 1),
        "the softmax of layer 'predictions' (Softmax) does not go over its outputs");
    try (KerasBackbone backbone = open(description(List.of(), labels(5)), mobilenet(1, 5, 2))) {
      assertThat(backbone.classifier()).isNotNull();
    }
  }

  /** Its outputs in this shape, with a softmax over this axis. */
  private static byte[] mobilenet(int rows, int columns, int axis) {
    return KerasParts.of(file("mobilenet"))
        .with("reshape_2", layer -> config(layer).putArray("target_shape").add(rows).add(columns))
        .with(
            "predictions",
            layer -> {
              config(layer).put("axis", axis).remove("activation");
              layer.put("class_name", "Softmax");
            })
        .zip();
  }

  @Test
  void shouldAddUpClassesOfTheSameLabel() throws IOException {
    List<String> two = List.of("cat", "dog");

    try (KerasBackbone backbone =
        open(description(List.of(), two), summing(two, 0, 1, 1, 0, 0, 1))) {
      assertThat(Objects.requireNonNull(backbone.classifier()).classes())
          .containsExactly("cat", "dog", "dog");
    }
    assertRefused(
        two, summing(two, 0, 1, 0.5f, 0.5f, 1, 0), "does not add up the probabilities of classes");
    assertRefused(two, summing(two, 0, 1, 0, 1, 0, 1), "has a label without a class");
    assertRefused(
        labels(3), summing(two, 0, 1, 1, 0, 0, 1), "labels: there are 3, but the network has 2");
  }

  /** Three classes, and a last layer of these weights after their softmax. */
  private byte[] summing(List<String> labels, float... weights) throws IOException {
    FunctionalModel model = new FunctionalModel();
    KerasCall.Tensor image = model.image();
    KerasCall.Tensor pooled = model.layer("GlobalAveragePooling2D", named("pool"), List.of(image));
    float[] kernel = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    KerasCall.Tensor classes =
        model.layer(
            "Dense",
            named("classes").put("units", 3).put("activation", "softmax").put("use_bias", true),
            List.of(pooled),
            new Weight(kernel, 3, 3),
            new Weight(new float[3], 3));
    ObjectNode sum = named("sum").put("units", labels.size()).put("activation", "linear");
    KerasCall.Tensor output =
        model.layer(
            "Dense",
            sum.put("use_bias", false),
            List.of(classes),
            new Weight(weights, 3, labels.size()));
    Path file = dir.resolve("summing.keras");
    KerasFileWriter.write(model, image, output, file, dir.resolve("weights.h5"));
    return Files.readAllBytes(file);
  }

  private static ObjectNode named(String name) {
    return KerasJson.object().put("name", name);
  }

  @Test
  void shouldRefuseALastStepOfTheModelsOwn() {
    String own = "mine>Softmax";

    assertRefused(
        labels(5),
        with(
            "squeezenet", "loss", layer -> layer.put("registered_name", own).put("module", "mine")),
        "layer 'loss' is of class Softmax from mine, which is not part of Keras");
    assertRefused(
        labels(5),
        with(
            "efficientnet",
            "predictions",
            layer ->
                config(layer)
                    .putObject("activation")
                    .put("module", "mine")
                    .put("class_name", "Softmax")
                    .put("registered_name", own)
                    .putObject("config")
                    .put("axis", -1)),
        "layer 'predictions' (Dense) has activation = ",
        "that is custom code");
  }

  @Test
  void shouldRefuseWeightsThatTheHeadDoesNotTake() {
    assertRefused(
        labels(5),
        with("efficientnet", "predictions", layer -> config(layer).put("use_bias", false)),
        "layer 'predictions' (Dense) takes 1 weights, but the file has 2 for it");
  }

  private static byte[] with(String name, String layer, String activation) {
    return with(name, layer, node -> config(node).put("activation", activation));
  }

  private static ObjectNode config(ObjectNode layer) {
    return (ObjectNode) layer.get("config");
  }

  private static byte[] with(String name, String layer, Consumer<ObjectNode> change) {
    return KerasParts.of(file(name)).with(layer, change).zip();
  }

  private static void assertRefused(List<String> labels, byte[] file, String... parts) {
    assertRefused(description(List.of(), labels), file, parts);
  }

  private static void assertRefused(BackboneDescription description, byte[] file, String... parts) {
    assertThatThrownBy(() -> open(description, file).close())
        .isInstanceOf(KerasImportException.class)
        .hasMessageContainingAll(parts);
  }

  private static KerasBackbone open(BackboneDescription description, byte[] file) {
    return BackboneOpening.serving(
            description, PictureBudget.of(ImageLimits.DEFAULT), TensorFlowConfig.DEFAULT)
        .open(file);
  }

  private static byte[] file(String name) {
    return TestPictures.resource("/keras/classifier_%s.keras".formatted(name));
  }

  private static List<String> labels(int count) {
    return IntStream.range(0, count).mapToObj("label %d"::formatted).toList();
  }

  private static List<Pixels> images() {
    int each = HEIGHT * WIDTH * Pixels.CHANNELS;
    return IntStream.range(0, IMAGES)
        .mapToObj(i -> Arrays.copyOfRange(NUMBERS, i * each, (i + 1) * each))
        .map(values -> new Pixels(HEIGHT, WIDTH, values))
        .toList();
  }

  private static BackboneDescription description(List<String> layers, List<String> labels) {
    return new BackboneDescription(
        URI.create("file:///none.keras"),
        Preprocessing.NONE,
        null,
        null,
        new InputSize(HEIGHT, WIDTH),
        BackboneDescription.Resize.BILINEAR,
        false,
        PictureInput.Crop.WHOLE,
        layers,
        Precision.FP32,
        labels);
  }
}
