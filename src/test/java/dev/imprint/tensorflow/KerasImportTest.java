package dev.imprint.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imprint.tensorflow.keras.KerasFile;
import dev.imprint.tensorflow.keras.KerasImportException;
import dev.imprint.tensorflow.keras.KerasParts;
import dev.imprint.tensorflow.layer.BatchNorms;
import dev.imprint.tensorflow.picture.InputSize;
import dev.imprint.tensorflow.picture.TestPictures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Graph;
import org.tensorflow.op.Ops;

/** The bundled network's file with one change. */
class KerasImportTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final BackboneDescription BUNDLED = BackboneDescription.bundled();
  private static final byte[] FILE = BUNDLED.network();

  @Test
  void shouldBuildTheFileAsItIs() {
    assertThat(build(BUNDLED, FILE).dimension()).isEqualTo(112 + 672 + 1152 + 1280);
  }

  @ParameterizedTest(name = "{0}.{1} = {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "stem_conv | groups | 2 | must be multiples of it",
        "stem_conv | padding | \"causal\" | it must be one of",
        "stem_conv | dilation_rate | [0,2] | each 1 or more",
        "stem_conv | data_format | \"channels_first\" | it must be \"channels_last\"",
        "stem_conv | activation | \"twist\" | it must be one of",
        "stem_conv | kernel_size | [3] | [height, width] is expected",
        "stem_conv | filters | \"many\" | a whole number is expected",
        "stem_conv | rank_of_truth | 3 | this option is not supported",
        "stem_bn | axis | 4 | the input has 4 axes",
        "stem_bn | shiny | true | this option is not supported",
        "block1a_dw_conv | strides | [1,2] | height and width must be equal",
        "stem_relu | max_value | \"six\" | a number or null is expected",
        "embedding | keepdims | \"no\" | true or false is expected",
        "image | ragged | true | it must be false",
        "image | batch_shape | [null,192,192,3] | make them equal"
      })
  void shouldNameLayerOptionAndValueThatItDoesNotRead(
      String layer, String option, String value, String advice) throws IOException {
    JsonNode changed = JSON.readTree(value);
    byte[] file = withLayer(layer, node -> ((ObjectNode) node.get("config")).set(option, changed));

    assertRefused(file, "layer '" + layer + "'", option + " = " + value, advice);
  }

  /** Half precision becomes float32 here; a quantized network's weights are not floats at all. */
  @Test
  void shouldRefuseQuantizedLayers() throws IOException {
    byte[] file =
        withLayer(
            "stem_conv",
            node ->
                ((ObjectNode) node.at("/config/dtype/config")).put("name", "int8_from_float32"));

    assertRefused(file, "stem_conv", "int8_from_float32", "float32");
  }

  @Test
  void shouldNotTreatColoursUnlikeOfANetworkThatSeesGrays() {
    byte[] file = TestPictures.resource("/keras/input_gray.keras");

    assertThatThrownBy(() -> build(gray(Preprocessing.CAFFE, "pool"), file))
        .isInstanceOf(KerasImportException.class)
        .hasMessageContaining("the network takes one (grayscale)");
    assertThat(build(gray(Preprocessing.TF, "pool"), file).dimension()).isEqualTo(4);
  }

  private static BackboneDescription gray(Preprocessing preprocessing, String layer) {
    return new BackboneDescription(
        BUNDLED.file(),
        preprocessing,
        null,
        null,
        new InputSize(8, 10),
        BUNDLED.resize(),
        BUNDLED.antialias(),
        BUNDLED.crop(),
        List.of(layer),
        BUNDLED.precision(),
        List.of());
  }

  @Test
  void shouldNameAClassThatItDoesNotKnow() throws IOException {
    byte[] file = withLayer("stem_relu", node -> node.put("class_name", "Twist"));

    assertRefused(
        file,
        "layer 'stem_relu' is of class Twist, which is not supported",
        "add its builder to LayerBuilders");
  }

  @Test
  void shouldRefuseLayersThatAreNotKerasOwn() throws IOException {
    byte[] file = withLayer("stem_relu", node -> node.put("registered_name", "my>ReLU"));

    assertRefused(file, "layer 'stem_relu'", "not part of Keras");
  }

  @Test
  void shouldRefuseAnInputThatDoesNotExist() throws IOException {
    byte[] file =
        withLayer(
            "stem_relu",
            node ->
                ((ArrayNode) node.at("/inbound_nodes/0/args/0/config/keras_history"))
                    .set(0, JSON.getNodeFactory().textNode("nowhere")));

    assertRefused(file, "layer 'stem_relu' (ReLU) names a layer 'nowhere'");
  }

  @Test
  void shouldRefuseInputsThatDoNotFit() throws IOException {
    byte[] file =
        withLayer(
            "block2b_add",
            node ->
                ((ArrayNode) node.at("/inbound_nodes/0/args/0/0/config/keras_history"))
                    .set(0, JSON.getNodeFactory().textNode("stem_relu")));

    assertRefused(file, "layer 'block2b_add' (Add) does not fit its inputs");
  }

  @Test
  void shouldRefuseALoop() throws IOException {
    byte[] file =
        withLayer(
            "stem_relu",
            node ->
                ((ArrayNode) node.at("/inbound_nodes/0/args/0/config/keras_history"))
                    .set(0, JSON.getNodeFactory().textNode("head_relu")));

    assertRefused(file, "takes the output of 'block5c_add', which depends on it", "loop");
  }

  @Test
  void shouldRefuseWeightsOfAnotherShape() throws IOException {
    byte[] file =
        withLayer("stem_conv", node -> ((ObjectNode) node.get("config")).put("filters", 33));

    assertRefused(file, "stem_conv", "layers/conv2d/vars/0 has the shape [3, 3, 3, 32]", "33");
  }

  /**
   * Weights and layers are matched by the file's numbering: one more layer shifts all later ones.
   */
  @Test
  void shouldNotTakeAnotherLayersWeights() throws IOException {
    KerasParts parts = KerasParts.of(FILE);
    ArrayNode layers = (ArrayNode) parts.config().at("/config/layers");
    ObjectNode extra = layers.get(1).deepCopy();
    layers.insert(0, extra.put("name", "extra").put("class_name", "BatchNormalization"));

    assertRefused(parts.zip(), "layer 'stem_bn'", "holds the weights of 'block1a_dw_bn'");
  }

  @Test
  void shouldNameTheLayerWhoseWeightsAreMissing() throws IOException {
    byte[] file =
        withLayer("stem_conv", node -> ((ObjectNode) node.get("config")).put("use_bias", true));

    assertRefused(file, "layer 'stem_conv'", "its weights are missing (layers/conv2d/vars/1)");
  }

  @Test
  void shouldNameEmbeddingLayersThatDoNotExist() {
    assertThatThrownBy(() -> build(cutAt("top_pool"), FILE))
        .isInstanceOf(KerasImportException.class)
        .hasMessageContaining("embedding_layers names a layer 'top_pool'")
        .hasMessageContaining("its last layers are")
        .hasMessageContaining("head_relu, embedding");
  }

  @Test
  void shouldPoolAndConcatenateEmbeddingLayers() {
    KerasGraph graph = build(cutAt("block3b_add", "embedding"), FILE);

    assertThat(graph.dimension()).isEqualTo(40 + 1280);
  }

  @Test
  void shouldBuildOnlyWhatTheEmbeddingNeeds() throws IOException {
    byte[] file = withLayer("head_relu", node -> node.put("class_name", "Lambda"));

    assertThat(build(cutAt("block3b_add"), file).dimension()).isEqualTo(40);
  }

  @Test
  void shouldRefuseOtherKindsOfModels() throws IOException {
    KerasParts parts = KerasParts.of(FILE);
    ((ObjectNode) parts.config()).put("class_name", "Mine");

    assertRefused(parts.zip(), "class Mine", "functional");
  }

  @Test
  void shouldRefuseFilesThatAreNoKerasFiles() throws IOException {
    byte[] hdf5 = KerasParts.of(FILE).weights();

    assertRefused("not a zip".getBytes(StandardCharsets.UTF_8), "neither a .keras file");
    assertRefused(hdf5, "has only the weights", "model.load_weights(", "model.save(");
    assertRefused(KerasParts.zip(Map.of("model.weights.h5", hdf5)), "has no config.json");
    assertRefused(KerasParts.zip(Map.of("config.json", bytes("{}"))), "has no model.weights.h5");
    assertRefused(
        KerasParts.zip(Map.of("config.json", bytes("no json"), "model.weights.h5", hdf5)),
        "is not JSON");
    assertRefused(
        KerasParts.zip(
            Map.of(
                "config.json", bytes(KerasParts.of(FILE).config().toString()),
                "model.weights.h5", bytes("no hdf5"))),
        "is not an HDF5 file");
  }

  @Test
  void shouldRefuseAnEntryThatUnpacksToMoreThanItsLimit() throws IOException {
    byte[] bomb = KerasParts.zip(Map.of("config.json", new byte[(64 << 20) + 1]));

    assertThat(bomb).hasSizeLessThan(1 << 20);
    assertRefused(bomb, "config.json unpacks to more than 16,777,216 bytes");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void assertRefused(byte[] file, String... parts) {
    assertThatThrownBy(() -> build(BUNDLED, file))
        .isInstanceOf(KerasImportException.class)
        .hasMessageContainingAll(parts);
  }

  private static KerasGraph build(BackboneDescription description, byte[] file) {
    try (Graph graph = new Graph();
        KerasFile keras = KerasFile.open(file)) {
      return KerasGraph.build(Ops.create(graph), description, keras, BatchNorms.FOLDED);
    }
  }

  private static BackboneDescription cutAt(String... layers) {
    return new BackboneDescription(
        BUNDLED.file(),
        BUNDLED.preprocessing(),
        BUNDLED.scale(),
        BUNDLED.offset(),
        BUNDLED.inputSize(),
        BUNDLED.resize(),
        BUNDLED.antialias(),
        BUNDLED.crop(),
        List.of(layers),
        BUNDLED.precision(),
        List.of());
  }

  private static byte[] withLayer(String name, Consumer<ObjectNode> change) {
    return KerasParts.of(FILE).with(name, change).zip();
  }
}
