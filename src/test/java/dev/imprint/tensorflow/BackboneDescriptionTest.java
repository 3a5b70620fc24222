package dev.imprint.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.tensorflow.picture.InputSize;
import dev.imprint.tensorflow.picture.PictureInput;
import dev.imprint.tensorflow.picture.TestPictures;
import dev.imprint.tensorflow.session.Precision;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackboneDescriptionTest {
  private static final String SMALL =
      """
      file: network of mine.keras
      input_size: [128, 96]
      embedding_layers: [pool, top]
      """;

  @TempDir private Path folder;

  @Test
  void shouldDescribeTheBundledNetwork() {
    BackboneDescription bundled = BackboneDescription.bundled();

    assertThat(bundled.preprocessing()).isEqualTo(Preprocessing.CUSTOM);
    assertThat(bundled.scale()).isEqualTo(1 / 128f);
    assertThat(bundled.offset()).isEqualTo(-127 / 128f);
    assertThat(bundled.inputSize()).isEqualTo(new InputSize(224, 224));
    assertThat(bundled.embeddingLayers())
        .containsExactly("block5c_add", "block6a_expand_relu", "block6d_dw_relu", "embedding");
    assertThat(bundled.id()).matches("[0-9a-f]{64}");
  }

  @Test
  void shouldFillInDefaultsAndFindTheFileBesideTheYaml() throws IOException {
    BackboneDescription small = load(SMALL);

    assertThat(Path.of(small.file())).isEqualTo(folder.resolve("network of mine.keras"));
    assertThat(small.inputSize()).isEqualTo(new InputSize(128, 96));
    assertThat(small.preprocessing()).isEqualTo(Preprocessing.NONE);
    assertThat(small.crop()).isEqualTo(PictureInput.Crop.WHOLE);
    assertThat(small.antialias()).isFalse();
    assertThat(small.embeddingLayers()).containsExactly("pool", "top");
    assertThat(small.precision()).isEqualTo(Precision.FP32);
  }

  @Test
  void shouldHaveAnIdOfTheFileAndEveryField() throws IOException {
    Path file = folder.resolve("network of mine.keras");
    Files.writeString(file, "weights");
    String id = load(SMALL).id();
    Files.copy(file, folder.resolve("renamed.keras"));

    assertThat(load(SMALL + "crop: whole\n").id()).isEqualTo(id);
    assertThat(load(SMALL.replace("network of mine", "renamed")).id()).isEqualTo(id);
    assertThat(load(SMALL + "crop: center\n").id()).isNotEqualTo(id);
    assertThat(load(SMALL + "antialias: true\n").id()).isNotEqualTo(id);
    assertThat(load(SMALL + "preprocessing: torch\n").id()).isNotEqualTo(id);
    assertThat(load(SMALL + "precision: bf16\n").id()).isNotEqualTo(id);
    assertThat(load(SMALL + "precision: auto\n").id()).as("heads are of fp32").isEqualTo(id);
    assertThat(load(SMALL.replace("96", "97")).id()).isNotEqualTo(id);
    assertThat(load(SMALL.replace("pool, top", "top, pool")).id()).isNotEqualTo(id);
    Files.writeString(file, "other weights");
    assertThat(load(SMALL).id()).isNotEqualTo(id);
  }

  /** Heads trained on it must survive a change in how ids are made. */
  @Test
  void shouldKeepTheIdsOfTheBundledNetwork() {
    BackboneDescription bundled = BackboneDescription.bundled();

    assertThat(bundled.ids())
        .containsExactly(
            "ad4510038f6ae33fc63b5652abc92a7a07fc02a321b22c0c68d1258e2fdd90bc",
            "4eb0847e5967fded52da1e774f136caf91e2c3f0363f3416f8fa71736d1259fb");
    assertThat(bundled.lastLayerAlone().ids()).containsExactly(bundled.ids().get(1));
  }

  @Test
  void shouldHaveTheSameIdWhetherTheDefaultLayerIsNamedOrNot() throws IOException {
    Files.write(
        folder.resolve("network of mine.keras"), TestPictures.resource("/keras/sequential.keras"));
    String unnamed = SMALL.replaceAll("(?m)^embedding_layers.*", "");
    byte[] network = load(unnamed).network();

    List<String> layers = load(unnamed).withLayers(network).embeddingLayers();

    assertThat(layers).hasSize(1);
    assertThat(load(unnamed).id())
        .isEqualTo(load(unnamed + "embedding_layers: " + layers + "\n").id());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "inputsize: 3 | unknown key 'inputsize'; the known keys are",
        "crop: left | crop: ",
        "precision: fp16 | precision: ",
        "scale: 0.5 | scale and offset require preprocessing: custom",
        "antialias: maybe | antialias: ",
        "input_size: 5 | Duplicate field 'input_size'"
      })
  void shouldNameTheKeyThatIsWrong(String line, String message) {
    assertThatThrownBy(() -> load(SMALL + line + "\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("backbone.yaml")
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({"file,file is missing", "input_size,input_size is missing"})
  void shouldNameTheKeyThatIsMissing(String key, String message) {
    assertThatThrownBy(() -> load(SMALL.replaceAll("(?m)^" + key + ":.*\n", "")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void shouldRefuseAnInputSizeOutOfRange() {
    assertThatThrownBy(() -> load(SMALL.replace("96", "0")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("input_size is [128, 0]; each side must be from 1 to 4096");
  }

  @Test
  void shouldSayThatAFileIsNotThere() throws IOException {
    assertThatThrownBy(() -> BackboneDescription.load(folder.resolve("none.yaml")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("there is no backbone description");
    BackboneDescription withoutNetwork = load(SMALL);
    assertThatThrownBy(withoutNetwork::id)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot be read");
  }

  @Test
  void shouldRefuseSavedModels() throws IOException {
    Files.createDirectory(folder.resolve("network of mine.keras"));
    BackboneDescription directory = load(SMALL);

    assertThatThrownBy(() -> KerasBackbone.open(directory, TensorFlowConfig.DEFAULT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("SavedModels are not read")
        .hasMessageContaining("model.save(\"model.keras\")");
  }

  @Test
  void shouldReadLabelsFromAFileOrAList() throws IOException {
    Files.writeString(
        folder.resolve("labels.txt"), "\ufeff  tench\r\ngoldfish, Carassius auratus\n\n");

    assertThat(load(SMALL + "labels: labels.txt\n").labels())
        .isEqualTo(load(SMALL + "labels: [tench, 'goldfish, Carassius auratus']\n").labels())
        .containsExactly("tench", "goldfish, Carassius auratus");
    assertThat(load(SMALL).labels()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[nut] | the number of labels is 1; 2 to 10,000 are supported",
        "['07', 010] | labels, number 2: YAML reads it as 8, not as text; put it in quotes",
        "[no, yes] | labels, number 1: YAML reads it as false, not as text; put it in quotes",
        "empty.txt | empty.txt is empty; write one label per line",
        "[nut, gear, nut] | labels has 'nut' twice, as numbers 1 and 3",
        "[nut, ' '] | labels, number 2: it is blank: name what the image shows",
        "none.txt | none.txt cannot be read",
        ". | is a directory; name a file with one label per line",
        "latin.txt | latin.txt is not UTF-8 text",
        "gap.txt | labels, number 2: it is blank: name what the image shows"
      })
  void shouldSayWhatIsWrongWithLabels(String labels, String problem) throws IOException {
    Files.write(folder.resolve("latin.txt"), new byte[] {'M', (byte) 0xfc, 'n', 'z', 'e'});
    Files.writeString(folder.resolve("gap.txt"), "nut\n\ngear\n");
    Files.writeString(folder.resolve("empty.txt"), "\ufeff\n");

    assertThatThrownBy(() -> load(SMALL + "labels: " + labels + "\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("backbone.yaml: ")
        .hasMessageContaining(problem);
  }

  private BackboneDescription load(String yaml) throws IOException {
    return BackboneDescription.load(Files.writeString(folder.resolve("backbone.yaml"), yaml));
  }
}
