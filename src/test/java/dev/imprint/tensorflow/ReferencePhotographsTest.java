package dev.imprint.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.imprint.model.Pixels;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** From the bytes of real photographs to their embeddings, against what Keras answered. */
class ReferencePhotographsTest {
  private static final String FOLDER = "data/backbones/efficientnet-lite0-imagenet/";

  @Test
  void shouldGiveKerasEmbeddingsForPhotographs() throws Exception {
    Path folder = Shared.require(FOLDER);
    JsonNode reference = new ObjectMapper().readTree(folder.resolve("reference.json").toFile());
    BackboneDescription description = BackboneDescription.bundled();

    float[][] embeddings;
    try (TensorFlowImageDecoder decoder =
            new TensorFlowImageDecoder(description, ImageLimits.DEFAULT, TensorFlowConfig.DEFAULT);
        KerasBackbone backbone = KerasBackbone.open(description, TensorFlowConfig.DEFAULT)) {
      List<Pixels> pixels = new ArrayList<>();
      for (JsonNode image : reference.get("images")) {
        pixels.add(decoder.decode(Files.readAllBytes(Shared.require("data/" + image.asText()))));
      }
      embeddings = backbone.embed(pixels);
    }

    ByteBuffer expected =
        ByteBuffer.wrap(Files.readAllBytes(folder.resolve("reference.bin")))
            .order(ByteOrder.LITTLE_ENDIAN);
    double worst = 0;
    for (float[] embedding : embeddings) {
      for (float value : embedding) {
        worst = Math.max(worst, Math.abs(value - expected.getFloat()));
      }
    }
    assertThat(expected.hasRemaining()).isFalse();
    assertThat(worst / reference.get("absmax").asDouble()).isLessThanOrEqualTo(1e-3);
  }
}
