package dev.imprint.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.InputSize;
import dev.imprint.tensorflow.Preprocessing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackboneCommandsTest {
  private static final Path KERAS = Path.of("src/test/resources/keras");

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

  /** Parameters as Keras counts them, but for a Normalization's count, which serving ignores. */
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
    Files.writeString(yaml, "mine");
    Cli again = Cli.run("backbone", "inspect", "--write", file.toString());
    assertThat(again.exitCode()).isEqualTo(Imprint.FAILED);
    assertThat(again.err()).contains("is there already, and is kept");
    assertThat(yaml).hasContent("mine");
  }

  @Test
  void shouldSayWhyAFileCannotServe() throws IOException {
    Path text = Files.writeString(dir.resolve("text.keras"), "no network");

    Cli wrong = Cli.run("backbone", "inspect", text.toString());
    Cli missing = Cli.run("backbone", "inspect", dir.resolve("none.keras").toString());
    Cli outputs = Cli.run("backbone", "inspect", KERAS.resolve("pools.keras").toString());

    assertThat(wrong.exitCode()).isEqualTo(Imprint.FAILED);
    assertThat(wrong.err()).contains("text.keras: this is neither a .keras file");
    assertThat(missing.err()).contains("none.keras: no such file");
    assertThat(outputs.exitCode()).isEqualTo(Imprint.FAILED);
    assertThat(outputs.out()).contains("average_kept", "refused: the network has 8 outputs");
  }
}
