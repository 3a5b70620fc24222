package dev.imprint.tensorflow.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imprint.tensorflow.layer.BatchNorms;
import dev.imprint.tensorflow.layer.NetworkBuilder;
import dev.imprint.tensorflow.picture.TestPictures;
import io.jhdf.api.Dataset;
import io.jhdf.api.Node;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/** Files corrupted on purpose, and the error messages for them. */
class KerasHostileFilesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final byte[] ARCHIVE = TestPictures.resource("/keras/sequential.keras");
  private static final byte[] H5 = TestPictures.resource("/keras/sequential.h5");

  @Test
  void shouldRefuseATruncatedZip() {
    assertRefused(Arrays.copyOf(ARCHIVE, ARCHIVE.length / 2), "the zip archive is damaged");
    assertRefused(Arrays.copyOf(ARCHIVE, 40), "the zip archive");
    assertRefused(new byte[0], "neither a .keras file (a zip archive) nor an .h5 file");
  }

  @Test
  void shouldRefuseWhatAnEntryDeclaresOrUnpacksTo() {
    byte[] config = KerasArchive.read(ARCHIVE).config();
    byte[] declared = ARCHIVE.clone();
    int entry = indexOf(declared, "config.json") - 30;
    little(declared, entry).putInt(22, 0x7FFFFFFF); // the uncompressed size in the local header
    byte[] real =
        KerasParts.zip(
            Map.of(KerasArchive.CONFIG, config, KerasArchive.WEIGHTS, new byte[64 << 20]));
    byte[] aside = KerasParts.zip(Map.of("assets/x", new byte[64 << 20]));

    assertRefused(declared, "config.json unpacks to more than", "a zip bomb");
    assertThat(real).hasSizeLessThan(1 << 20);
    assertRefused(real, "model.weights.h5 unpacks to more than", "a zip bomb");
    assertRefused(aside, "assets/x unpacks to more than", "a zip bomb");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"class_name\": | is not JSON as Keras writes it",
        "[1, 2, 3] | the configuration is of no class",
        "7 | the configuration is of no class",
        "{\"class_name\":\"Adam\",\"module\":\"keras.optimizers\"} | the configuration is of class Adam",
        "{\"class_name\":\"Mine\",\"registered_name\":\"x>Mine\"} | a class's own code is never run",
        "{\"class_name\":\"Functional\"} | embedding_layers names a layer 'features'",
        "{\"class_name\":\"Sequential\",\"config\":{\"layers\":7}} | embedding_layers names a layer",
        "{\"class_name\":\"Sequential\",\"config\":{\"layers\":[[]]}} | embedding_layers names a layer"
      })
  void shouldRefuseJsonOfAnotherKind(String json, String message) {
    byte[] weights = KerasArchive.read(ARCHIVE).weights();
    byte[] config = json.getBytes(StandardCharsets.UTF_8);

    assertRefused(
        KerasParts.zip(Map.of(KerasArchive.CONFIG, config, KerasArchive.WEIGHTS, weights)),
        message);
  }

  @Test
  void shouldRefuseJsonThatIsTooDeepOrHasTooManyParts() {
    byte[] deep = ("[".repeat(100_000) + "]".repeat(100_000)).getBytes(StandardCharsets.UTF_8);
    byte[] wide = ("[" + "[],".repeat(1_000_000) + "1]").getBytes(StandardCharsets.UTF_8);
    byte[] weights = KerasArchive.read(ARCHIVE).weights();

    for (byte[] config : List.of(deep, wide)) {
      assertRefused(
          KerasParts.zip(Map.of(KerasArchive.CONFIG, config, KerasArchive.WEIGHTS, weights)),
          "config.json is not JSON as Keras writes it",
          "exceeds the maximum allowed");
    }
  }

  @Test
  void shouldRefuseModelsThatMultiplyTheirLayers() {
    KerasParts parts = KerasParts.of(ARCHIVE);
    ArrayNode layers = (ArrayNode) parts.config().at("/config/layers");
    for (int i = 0; i < 10_000; i++) {
      layers.add(((ObjectNode) layers.get(3).deepCopy()).put("name", "pool " + i));
    }
    assertRefused(parts.zip(), "more than 10000 layers");

    KerasParts calls = KerasParts.of(TestPictures.resource("/keras/shared.keras"));
    calls.with(
        "conv",
        conv -> {
          ArrayNode nodes = (ArrayNode) conv.get("inbound_nodes");
          for (int i = 0; i < 20_000; i++) {
            nodes.add(nodes.get(0).deepCopy());
          }
        });
    assertRefused("joined", calls.zip(), "calls more than 20000 layers");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Lambda | | layer 'conv_b' is a Lambda: the Python code in it is never run",
        "Mine | my.module | layer 'conv_b' is of class Mine from my.module",
        "Conv2D | my.module | layer 'conv_b' is of class Conv2D from my.module",
        "Mine | kerasy.layers | layer 'conv_b' is of class Mine from kerasy.layers",
        "LSTM | keras.layers | layer 'conv_b' is of class LSTM, which is not supported"
      })
  void shouldNameCodeAndNeverRunIt(String className, String module, String message) {
    byte[] file =
        KerasParts.of(ARCHIVE)
            .with(
                "conv_b",
                layer ->
                    layer
                        .put("class_name", className)
                        .put("module", module == null ? "keras.layers" : module))
            .zip();

    assertRefused(file, message, "cut the network before it (embedding_layers)");
  }

  @Test
  void shouldNameFunctionsOfTheModelsOwn() {
    assertRefused(
        withOption("conv_b", "activation", "{\"class_name\":\"function\",\"config\":\"twist\"}"),
        "layer 'conv_b' (Conv2D) has activation",
        "custom code, which is never run");
  }

  @Test
  void shouldNameMissingSurplusAndOtherShapedWeights() {
    assertRefused(
        withOption("conv_b", "filters", "7"),
        "layer 'conv_b' (Conv2D): layers/conv2d_1/vars/0 has the shape [3, 3, 4, 6], not [3, 3, 4, 7]");
    assertRefused(
        withOption("norm_a", "scale", "false"),
        "layer 'norm_a' (BatchNormalization) takes 3 weights, but the file has 4");
    assertRefused(
        "after_conv",
        KerasParts.of(TestPictures.resource("/keras/folding.keras"))
            .with("conv", layer -> ((ObjectNode) layer.get("config")).put("use_bias", false))
            .zip(),
        "layer 'conv' (Conv2D) takes 1 weights, but the file has 2");
    assertRefused(
        withLayer("conv_b", layer -> layer.put("class_name", "DepthwiseConv2D")),
        "layer 'conv_b' (DepthwiseConv2D): its weights are missing");
  }

  @Test
  void shouldNameWeightsOfLayersThatAreNotThere() {
    KerasParts parts = KerasParts.of(ARCHIVE);
    ArrayNode layers = (ArrayNode) parts.config().at("/config/layers");
    layers.remove(layers.size() - 1);
    assertRefused(parts.zip(), "has weights for [dense], which its configuration");

    byte[] renamed = H5.clone();
    replace(renamed, "\"name\": \"classes\"", "\"name\": \"klasses\"");
    assertRefused(renamed, "has weights for [classes], which its configuration");
  }

  @Test
  void shouldNameWhatAnH5FileLacks() {
    byte[] renamed = H5.clone();
    replace(renamed, "conv_b/kernel", "conv_b/kernal");
    assertRefused(renamed, "layer 'conv_b' (Conv2D): its weights are missing");

    byte[] alone = H5.clone();
    replace(alone, "model_config", "model_confix");
    assertRefused(alone, "has only the weights", "three lines of Python", "model.load_weights");
  }

  /** Dataspaces store each size in eight bytes. */
  @ParameterizedTest
  @ValueSource(longs = {Integer.MAX_VALUE, 1L << 40, -1})
  void shouldRefuseAbsurdSizes(long size) {
    byte[] kernel = longs(3, 3, 4, 6);
    byte[] absurd = longs(3, 3, 4, size);
    for (byte[] file : List.of(H5, KerasArchive.read(ARCHIVE).weights())) {
      byte[] changed = file.clone();
      for (int at = indexOf(changed, kernel); at >= 0; at = indexOf(changed, kernel)) {
        System.arraycopy(absurd, 0, changed, at, absurd.length);
      }
      assertThat(changed).isNotEqualTo(file);
      assertRefused(
          file == H5 ? changed : new KerasParts(KerasParts.of(ARCHIVE).config(), changed).zip(),
          "conv");
    }
  }

  /** The configured shape matches the forged one, so only the file's actual size reveals it. */
  @Test
  void shouldRefuseSizesThatTheFileCannotHold() {
    byte[] weights = KerasArchive.read(ARCHIVE).weights();
    byte[] kernel = longs(3, 3, 4, 6);
    int filters = 10_000_000;
    for (int at = indexOf(weights, kernel); at >= 0; at = indexOf(weights, kernel)) {
      System.arraycopy(longs(3, 3, 4, filters), 0, weights, at, kernel.length);
    }
    JsonNode config = KerasParts.of(withOption("conv_b", "filters", "" + filters)).config();

    assertRefused(
        new KerasParts(config, weights).zip(), "claims the shape [3, 3, 4, 10000000]", "holds");
  }

  @ParameterizedTest
  @CsvSource({"linked_out, is a link", "linked_soft, is a link"})
  void shouldFollowNoLinks(String name, String message) {
    assertRefused("joined", TestPictures.resource("/keras/" + name + ".h5"), message);
  }

  /** Many names for the same numbers would turn a small file into a large one. */
  @Test
  void shouldReadNoMoreThanTheFileHolds() {
    try (Hdf5 file = new Hdf5(H5)) {
      Node kernel = file.find(List.of("model_weights", "conv_b", "own", "conv_b", "kernel"));
      assertThat(kernel).isInstanceOf(Dataset.class);
      assertThatThrownBy(
              () -> {
                for (int bytes = 0; bytes <= 2 * H5.length; bytes += 3 * 3 * 4 * 6 * Float.BYTES) {
                  file.floats((Dataset) kernel);
                }
              })
          .isInstanceOf(KerasImportException.class)
          .hasMessageContaining("each once");
    }
  }

  @Test
  void shouldRefuseSizesThatNoImageNeeds() throws Exception {
    byte[] file =
        KerasParts.of(TestPictures.resource("/keras/shapes.keras"))
            .with(
                "nearest",
                layer ->
                    ((ObjectNode) layer.get("config")).putArray("size").add(99_999).add(99_999))
            .zip();

    assertRefused("nearest", file, "layer 'nearest' (UpSampling2D) would turn an image into");
  }

  private static void assertRefused(byte[] file, String... parts) {
    assertRefused("features", file, parts);
  }

  private static void assertRefused(String output, byte[] file, String... parts) {
    assertThatThrownBy(() -> build(output, file))
        .isInstanceOf(KerasImportException.class)
        .hasMessageContainingAll(parts);
  }

  /** The output's shape. */
  private static Shape build(String output, byte[] file) {
    try (KerasFile keras = KerasFile.open(file);
        Graph graph = new Graph()) {
      JsonNode shape = keras.config().findPath("batch_shape");
      Ops tf = Ops.create(graph);
      Placeholder<TFloat32> image =
          tf.placeholder(
              TFloat32.class,
              Placeholder.shape(Shape.of(-1, shape.path(1).asInt(), shape.path(2).asInt(), 3)));
      return NetworkBuilder.build(tf, keras, image, List.of(output), BatchNorms.FOLDED)
          .get(0)
          .shape();
    }
  }

  private static byte[] withLayer(String name, Consumer<ObjectNode> change) {
    return KerasParts.of(ARCHIVE).with(name, change).zip();
  }

  private static byte[] withOption(String layer, String option, String json) {
    return withLayer(
        layer,
        node -> {
          try {
            ((ObjectNode) node.get("config")).set(option, JSON.readTree(json));
          } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalArgumentException(json, e);
          }
        });
  }

  private static ByteBuffer little(byte[] bytes, int from) {
    return ByteBuffer.wrap(bytes, from, bytes.length - from).slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] longs(long... values) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    Arrays.stream(values).forEach(bytes::putLong);
    return bytes.array();
  }

  /** Replaces all; both have the same length. */
  private static void replace(byte[] bytes, String from, String to) {
    assertThat(indexOf(bytes, from)).isNotNegative();
    for (int at = indexOf(bytes, from); at >= 0; at = indexOf(bytes, from)) {
      System.arraycopy(to.getBytes(StandardCharsets.UTF_8), 0, bytes, at, from.length());
    }
  }

  private static int indexOf(byte[] bytes, String text) {
    return indexOf(bytes, text.getBytes(StandardCharsets.UTF_8));
  }

  private static int indexOf(byte[] bytes, byte[] part) {
    for (int at = 0; at + part.length <= bytes.length; at++) {
      if (Arrays.equals(bytes, at, at + part.length, part, 0, part.length)) {
        return at;
      }
    }
    return -1;
  }
}
