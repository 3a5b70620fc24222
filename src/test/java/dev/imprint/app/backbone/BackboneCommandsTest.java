package dev.imprint.app.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imprint.app.Cli;
import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.KerasBackbone;
import dev.imprint.tensorflow.Preprocessing;
import dev.imprint.tensorflow.picture.InputSize;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import dev.imprint.terminal.ExitCodes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackboneCommandsTest {
  private static final Path KERAS = Path.of("src/test/resources/keras");

  private static final Path PICTURES = Path.of("src/test/resources/pictures");

  @TempDir private Path dir;

  @Test
  void shouldShowLayersShapesAndWhereTheEmbeddingComesOut() {
    Cli run = Cli.run("backbone", "inspect", KERAS.resolve("sequential.keras").toString());

    assertThat(run.exitCode()).isZero();
    assertThat(run.outLines().get(0)).matches("layer +class +output +parameters");
    assertThat(run.out())
        .containsPattern("conv_a +Conv2D +\\[\\d+, \\d+, \\d+] +\\d+")
        .contains("input size: 12 × 16", "preprocessing: ", "embedding layer: ")
        .doesNotContain("refused");
  }

  /** Parameters as counted by Keras, except for a Normalization's count, which serving ignores. */
  @ParameterizedTest
  @CsvSource({
    "vgg16,caffe",
    "resnet50,caffe",
    "resnet50v2,tf",
    "inceptionv3,tf",
    "mobilenet,tf",
    "mobilenetv2,tf",
    "mobilenetv3small,none",
    "xception,tf",
    "densenet121,torch",
    "efficientnetb0,none",
    "nasnetmobile,tf"
  })
  void shouldKnowTheNetworksOfKerasApplications(String name, String preprocessing)
      throws IOException {
    Path folder =
        Path.of(Optional.ofNullable(System.getenv("IMPRINT_SHARED")).orElse("../shared"))
            .resolve("data/keras-fixtures");
    assumeThat(folder).as("needs %s (or set IMPRINT_SHARED)", folder).isDirectory();

    Cli run = Cli.run("backbone", "inspect", "--json", folder.resolve(name + ".keras").toString());

    assertThat(run.exitCode()).isZero();
    JsonNode fixture = fixture(folder, name);
    assertThat(run.json().get("embedding_layer")).isEqualTo(fixture.at("/output/layer"));
    assertThat(run.json().get("embedding_size")).isEqualTo(fixture.at("/output/shape/1"));
    long parameters = fixture.get("params").asLong();
    assertThat(run.json().get("parameters").asLong()).isBetween(parameters - 1, parameters);
    assertThat(run.json().get("preprocessing").asText()).isEqualTo(preprocessing);
    assertThat(run.json().get("refused")).isEmpty();
  }

  private static JsonNode fixture(Path folder, String name) throws IOException {
    for (JsonNode fixture :
        new ObjectMapper().readTree(folder.resolve("fixtures.json").toFile()).get("fixtures")) {
      if (fixture.get("name").asText().equals(name)) {
        return fixture;
      }
    }
    throw new IllegalArgumentException(name);
  }

  @Test
  void shouldWriteADescriptionThatCanBeReadAndKeepTheOneThatIsThere() throws IOException {
    Path file = Files.copy(KERAS.resolve("sequential.keras"), dir.resolve("a network.keras"));

    assertThat(Cli.run("backbone", "inspect", "--write", file.toString()).exitCode()).isZero();

    Path yaml = dir.resolve("a network.yaml");
    BackboneDescription description = BackboneDescription.load(yaml);
    assertThat(Path.of(description.file())).isEqualTo(file);
    assertThat(description.inputSize()).isEqualTo(new InputSize(12, 16));
    assertThat(description.preprocessing()).isEqualTo(Preprocessing.NONE);
    assertThat(description.embeddingLayers()).hasSize(1);
    assertThat(description.ids()).hasSize(1);
    Files.writeString(yaml, "mine");
    Cli again = Cli.run("backbone", "inspect", "--write", file.toString());
    assertThat(again.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(again.err()).contains("already exists and was kept");
    assertThat(yaml).hasContent("mine");
  }

  @Test
  void shouldDescribeSeveralLayersByTheStructureOfTheNetwork() throws IOException {
    Path file = Files.copy(Path.of("backbones/efficientnet-lite0.keras"), dir.resolve("n.keras"));

    Cli run = Cli.run("backbone", "inspect", "--write", "--features", "layers", file.toString());

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains(
            "embedding layer: embedding, 1280 numbers",
            "block5c_add, block6a_expand_relu, block6d_dw_relu, embedding; 3216 numbers");
    assertThat(BackboneDescription.load(dir.resolve("n.yaml")).embeddingLayers())
        .isEqualTo(BackboneDescription.bundled().embeddingLayers());
  }

  @Test
  void shouldSayWhyAFileCannotServe() throws IOException {
    Path text = Files.writeString(dir.resolve("text.keras"), "no network");

    Cli wrong = Cli.run("backbone", "inspect", text.toString());
    Cli missing = Cli.run("backbone", "inspect", dir.resolve("none.keras").toString());
    Cli outputs = Cli.run("backbone", "inspect", KERAS.resolve("pools.keras").toString());

    assertThat(wrong.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(wrong.err()).contains("text.keras: this is neither a .keras file");
    assertThat(missing.err()).contains("none.keras: no such file");
    assertThat(outputs.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(outputs.out()).contains("average_kept", "refused: the network has 8 outputs");
  }

  /** A network with two heads on a shared base: both are shown, but not which layer serves. */
  @Test
  void shouldAskWhichOfSeveralOutputsServesAndTakeTheAnswer() throws IOException {
    Path file = Files.copy(KERAS.resolve("nested.keras"), dir.resolve("two.keras"));

    Cli inspect = Cli.run("backbone", "inspect", "--json", "--write", file.toString());

    String ask =
        "the network has 2 outputs (head, mix): name the embedding layer in its YAML"
            + " (embedding_layers)";
    assertThat(inspect.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(inspect.json().get("refused")).hasSize(1).first().asString().contains(ask);
    assertThat(inspect.json().get("embedding_layer").isNull()).isTrue();
    assertThat(inspect.json().get("layers").findValuesAsText("layer"))
        .contains("head/dense", "mix/difference");
    assertThat(inspect.err()).contains("two.keras cannot serve as it is: " + ask);
    Path yaml = dir.resolve("two.yaml");
    assertThat(yaml).doesNotExist();
    Files.writeString(yaml, "file: two.keras\ninput_size: [8, 10]\nembedding_layers: [head]\n");
    try (KerasBackbone backbone =
        KerasBackbone.open(BackboneDescription.load(yaml), TensorFlowConfig.DEFAULT)) {
      assertThat(backbone.dimension()).isEqualTo(5);
    }
  }

  @Test
  void shouldAgreeWithKeras() throws IOException {
    Cli run = verify(reference(0));

    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .startsWith("8 pictures: largest difference ")
        .contains("largest absolute value 4.964");
  }

  @Test
  void shouldFailWhereKerasGaveOtherNumbers() throws IOException {
    Cli run = verify(reference(0.05f));

    assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(run.out()).contains("largest difference 1.0", "(sixteen-bit.png)");
    assertThat(run.err()).contains("the embeddings differ from Keras' (tolerance 0.001)");
  }

  @Test
  void shouldNameWhatIsWrongWithAReference() throws IOException {
    Path broken = Files.writeString(dir.resolve("broken.jsonl"), "\n{\"image\": \"alpha.png\"}");
    Path absent = dir.resolve("absent.jsonl");
    Files.writeString(absent, "{\"image\": \"nowhere.png\", \"embedding\": [1]}");
    Path other = dir.resolve("other.jsonl");
    Files.writeString(other, "{\"image\": \"alpha.png\", \"embedding\": [1]}");

    assertThat(verify(broken).err()).contains("broken.jsonl:2: image or embedding is missing");
    assertThat(verify(absent).err()).contains("nowhere.png, which is not in", "--images");
    assertThat(verify(other).err()).contains("Keras gave 1 numbers, the backbone gives 3216");
  }

  private static Cli verify(Path reference) {
    return Cli.run(
        "backbone",
        "verify",
        "backbones/efficientnet-lite0.keras",
        "--images",
        PICTURES.toString(),
        "--reference",
        reference.toString());
  }

  /**
   * Keras' numbers as JSON lines.
   *
   * @param wrong added to the last number
   */
  private Path reference(float wrong) throws IOException {
    ObjectMapper json = new ObjectMapper();
    JsonNode pictures = json.readTree(PICTURES.resolve("reference.json").toFile()).get("pictures");
    FloatBuffer numbers =
        ByteBuffer.wrap(Files.readAllBytes(PICTURES.resolve("embeddings.bin")))
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer();
    List<String> lines = new ArrayList<>();
    for (JsonNode picture : pictures) {
      ObjectNode line = json.createObjectNode().put("image", picture.asText());
      ArrayNode embedding = line.putArray("embedding");
      for (int i = 0; i < 1280; i++) {
        float number = numbers.get();
        embedding.add(numbers.hasRemaining() ? number : number + wrong);
      }
      lines.add(line.toString());
    }
    return Files.write(dir.resolve("reference.jsonl"), lines);
  }
}
