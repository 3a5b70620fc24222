package dev.imprint.tensorflow.keras;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imprint.tensorflow.Shared;
import dev.imprint.tensorflow.picture.TestPictures;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keras writes layers in the order in which it counts them, so its files show the right one. */
class LayerOrderTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "classifier_efficientnet",
        "classifier_mobilenet",
        "classifier_squeezenet",
        "classifier_vgg",
        "shared"
      })
  void shouldBeKerasOwn(String name) {
    assertOrdered(TestPictures.resource("/keras/%s.keras".formatted(name)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "densenet121",
        "efficientnetb0",
        "inceptionv3",
        "mobilenetv3small",
        "nasnetmobile",
        "resnet50v2",
        "xception"
      })
  void shouldBeKerasOwnForLargeNetworks(String name) throws IOException {
    assertOrdered(
        Files.readAllBytes(Shared.require("data/keras-fixtures").resolve(name + ".keras")));
  }

  private static void assertOrdered(byte[] file) {
    JsonNode model = KerasParts.of(file).config().path("config");
    List<ObjectNode> layers = new ArrayList<>();
    model.path("layers").forEach(layer -> layers.add((ObjectNode) layer));
    JsonNode outputs = model.path("output_layers");
    String output = (outputs.path(0).isArray() ? outputs.path(0) : outputs).path(0).asText();
    List<ObjectNode> backwards = new ArrayList<>(layers);
    Collections.reverse(backwards);

    List<ObjectNode> ordered = LayerOrder.of(backwards, output);

    assertThat(ordered.stream().map(layer -> layer.path("name").asText()))
        .containsExactlyElementsOf(
            layers.stream().map(layer -> layer.path("name").asText()).toList());
  }
}
