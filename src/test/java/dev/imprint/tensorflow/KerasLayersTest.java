package dev.imprint.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imprint.tensorflow.keras.KerasParts;
import dev.imprint.tensorflow.layer.BatchNorms;
import dev.imprint.tensorflow.layer.KerasNumbers;
import dev.imprint.tensorflow.picture.TestPictures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Layers with all their options, shared and nested, in both formats: small networks and Keras'
 * outputs for them (make_networks.py, make_folding.py, make_keras3.py and make_keras2_dialects.py
 * in src/test/resources/keras). Networks that compute in half precision are built in float32 and
 * compared with Keras' output, with the tolerance of half precision.
 */
class KerasLayersTest {
  /** Relative to Keras' largest number. */
  private static final double TOLERANCE = 1e-5;

  /** One output of one network. */
  private record Expected(String layer, long[] shape, float[] values) {}

  static Stream<Arguments> networks() throws Exception {
    return Stream.of("networks", "folding_around", "keras3", "keras2")
        .flatMap(KerasLayersTest::networks);
  }

  /**
   * @param list of networks and Keras' numbers
   */
  private static Stream<Arguments> networks(String list) {
    float[] numbers = KerasNumbers.floats(TestPictures.resource("/keras/" + list + ".bin"));
    int at = 0;
    List<Arguments> networks = new ArrayList<>();
    for (JsonNode network : TestPictures.json("/keras/" + list + ".json").get("networks")) {
      long[] shape = shape(network.get("input"));
      float[] input = Arrays.copyOfRange(numbers, at, at += count(shape));
      List<Expected> outputs = new ArrayList<>();
      for (JsonNode output : network.get("outputs")) {
        long[] size = shape(output.get("shape"));
        float[] values = Arrays.copyOfRange(numbers, at, at += count(size));
        outputs.add(new Expected(output.get("layer").asText(), size, values));
      }
      String name = network.get("name").asText();
      double tolerance = network.path("tolerance").asDouble(TOLERANCE);
      if (network.path("keras").asBoolean(true)) {
        networks.add(Arguments.of(name + ".keras", shape, input, outputs, tolerance));
      }
      if (network.get("h5").asBoolean()) {
        networks.add(Arguments.of(name + ".h5", shape, input, outputs, tolerance));
      }
    }
    return networks.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("networks")
  void shouldGiveKerasNumbers(
      String name, long[] shape, float[] input, List<Expected> expected, double tolerance) {
    byte[] file = TestPictures.resource("/keras/" + name);
    List<String> layers = expected.stream().map(Expected::layer).toList();

    for (BatchNorms batchNorms : BatchNorms.values()) {
      List<KerasNumbers.Output> outputs = KerasNumbers.run(file, shape, input, layers, batchNorms);

      assertThat(outputs).hasSameSizeAs(expected);
      for (int i = 0; i < outputs.size(); i++) {
        Expected wanted = expected.get(i);
        assertThat(outputs.get(i).shape().asArray()).as(wanted.layer()).isEqualTo(wanted.shape());
        assertThat(outputs.get(i).difference(wanted.values()))
            .as("%s, %s, %s", name, wanted.layer(), batchNorms)
            .isLessThanOrEqualTo(tolerance);
      }
    }
  }

  /** As Keras 2 once wrote them: the first layer has the input's shape. */
  @Test
  void shouldReadSequentialModelsWithoutAnInputLayer() {
    byte[] file = TestPictures.resource("/keras/sequential.keras");
    KerasParts parts = KerasParts.of(file);
    JsonNode shape =
        ((ArrayNode) parts.config().at("/config/layers")).remove(0).at("/config/batch_shape");
    parts.with(
        "conv_a", layer -> ((ObjectNode) layer.get("config")).set("batch_input_shape", shape));
    float[] input = new float[12 * 16 * 3];
    for (int i = 0; i < input.length; i++) {
      input[i] = i % 7;
    }

    assertThat(features(parts.zip(), input)).containsExactly(features(file, input));
  }

  private static float[] features(byte[] file, float[] input) {
    long[] shape = {1, 12, 16, 3};
    return KerasNumbers.run(file, shape, input, List.of("features"), BatchNorms.FOLDED)
        .get(0)
        .values();
  }

  private static long[] shape(JsonNode node) {
    return node.valueStream().mapToLong(JsonNode::asLong).toArray();
  }

  private static int count(long[] shape) {
    return (int) Arrays.stream(shape).reduce(1, Math::multiplyExact);
  }
}
