package dev.imprint.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.imprint.tensorflow.layer.BatchNorms;
import dev.imprint.tensorflow.layer.KerasNumbers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Eleven networks of keras.applications with narrow layers and random weights: the outputs of two
 * inner layers and of the network, compared with Keras'.
 */
public class KerasFixturesTest {
  private static final Logger LOG = LoggerFactory.getLogger(KerasFixturesTest.class);
  private static final double TOLERANCE = 1e-4;
  private static final String FOLDER = "data/keras-fixtures";
  private static final List<String> TABLE = new ArrayList<>();

  public static Stream<String> files() {
    return Stream.of(
        "vgg16.keras",
        "vgg16.h5",
        "resnet50.keras",
        "resnet50.h5",
        "resnet50v2.keras",
        "inceptionv3.keras",
        "mobilenet.keras",
        "mobilenet.h5",
        "mobilenetv2.keras",
        "mobilenetv3small.keras",
        "xception.keras",
        "densenet121.keras",
        "efficientnetb0.keras",
        "nasnetmobile.keras");
  }

  @ParameterizedTest
  @MethodSource("files")
  void shouldGiveKerasNumbersAtEveryCut(String name) throws IOException {
    Path folder = Shared.require(FOLDER);
    JsonNode fixture = fixture(folder, name.substring(0, name.indexOf('.')));
    List<JsonNode> cuts = new ArrayList<>();
    fixture.get("intermediate").forEach(cuts::add);
    cuts.add(fixture.get("output"));
    List<String> layers = cuts.stream().map(cut -> cut.get("layer").asText()).toList();
    long[] shape = new ObjectMapper().treeToValue(fixture.at("/input/shape"), long[].class);
    float[] input = floats(folder, fixture.get("input"));
    byte[] file = Files.readAllBytes(folder.resolve(name));
    StringBuilder row = new StringBuilder("| " + name + " |");

    for (BatchNorms batchNorms : BatchNorms.values()) {
      List<KerasNumbers.Output> outputs = KerasNumbers.run(file, shape, input, layers, batchNorms);
      for (int i = 0; i < cuts.size(); i++) {
        double difference = outputs.get(i).difference(floats(folder, cuts.get(i)));
        row.append(String.format(Locale.ROOT, " %.1e |", difference));
        assertThat(difference)
            .as("%s, %s, %s", name, layers.get(i), batchNorms)
            .isLessThanOrEqualTo(TOLERANCE);
      }
    }

    TABLE.add(row.toString());
  }

  /** Cutting after a convolution must exclude the norm that is otherwise folded into it. */
  @ParameterizedTest
  @EnumSource(BatchNorms.class)
  void shouldGiveEachLayerItsOwnNumbersWhenAllAreWanted(BatchNorms batchNorms) throws IOException {
    Path folder = Shared.require(FOLDER);
    JsonNode fixture = fixture(folder, "mobilenet");
    byte[] file = Files.readAllBytes(folder.resolve("mobilenet.keras"));
    long[] shape = {4, 64, 64, 3};
    float[] input = floats(folder, fixture.get("input"));
    List<String> layers = List.of("conv_dw_12", "conv_dw_12_bn");

    List<KerasNumbers.Output> together = KerasNumbers.run(file, shape, input, layers, batchNorms);

    assertThat(together.get(0).values()).isNotEqualTo(together.get(1).values());
    assertThat(together.get(1).difference(floats(folder, fixture.at("/intermediate/1"))))
        .isLessThanOrEqualTo(TOLERANCE);
  }

  @AfterAll
  static void writeTable() {
    LOG.info("file | cut 1 | cut 2 | output, folded; the same, kept\n{}", String.join("\n", TABLE));
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

  private static float[] floats(Path folder, JsonNode entry) throws IOException {
    return KerasNumbers.floats(Files.readAllBytes(folder.resolve(entry.get("file").asText())));
  }
}
