package dev.imprint.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.imprint.model.RejectedException;
import dev.imprint.model.backbone.Backbone;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.tensorflow.picture.TensorFlowImageDecoder;
import dev.imprint.tensorflow.picture.TestPictures;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** From the bytes of pictures to their embeddings, compared with Keras' output. */
class KerasParityTest {
  /** Relative to Keras' largest number. */
  private static final double TOLERANCE = 1e-3;

  private static TensorFlowImageDecoder decoder;
  private static KerasBackbone backbone;

  @BeforeAll
  static void open() {
    BackboneDescription description = BackboneDescription.bundled();
    decoder = TestPictures.decoder(description);
    backbone = KerasBackbone.open(description, TensorFlowConfig.DEFAULT);
  }

  @AfterAll
  static void close() {
    backbone.close();
    decoder.close();
  }

  @Test
  void shouldGiveKerasEmbeddingsForPicturesOfEveryKind() throws RejectedException {
    JsonNode reference = TestPictures.json("/pictures/reference.json");
    List<byte[]> files = new ArrayList<>();
    reference
        .get("pictures")
        .forEach(name -> files.add(TestPictures.resource("/pictures/" + name.asText())));

    float[][] embeddings = embed(files);

    assertThat(differences(embeddings, TestPictures.resource("/pictures/embeddings.bin")))
        .hasSize(8)
        .allSatisfy(
            difference ->
                assertThat(difference / reference.get("absmax").asDouble())
                    .isLessThanOrEqualTo(TOLERANCE));
  }

  @Test
  void shouldGiveKerasEmbeddingsForPhotographs() throws IOException, RejectedException {
    Path folder = Shared.require("data/backbones/efficientnet-lite0-imagenet");
    JsonNode reference = new ObjectMapper().readTree(folder.resolve("reference.json").toFile());
    List<byte[]> files = new ArrayList<>();
    for (JsonNode image : reference.get("images")) {
      files.add(Files.readAllBytes(Shared.require("data/" + image.asText())));
    }

    float[][] embeddings = embed(files);

    assertThat(differences(embeddings, Files.readAllBytes(folder.resolve("reference.bin"))))
        .hasSize(8)
        .allSatisfy(
            difference ->
                assertThat(difference / reference.get("absmax").asDouble())
                    .isLessThanOrEqualTo(TOLERANCE));
  }

  private static float[][] embed(List<byte[]> files) throws RejectedException {
    List<Pixels> pixels = new ArrayList<>();
    for (byte[] file : files) {
      pixels.add(decoder.decode(file));
    }
    return last().embed(pixels);
  }

  /** The backbone that Keras ran, with the last layer alone. */
  private static Backbone last() {
    return Objects.requireNonNull(backbone.lastLayerAlone());
  }

  /** The largest for each picture. */
  private static List<Double> differences(float[][] embeddings, byte[] expected) {
    float[][] rows = TestPictures.floats(expected, last().dimension());
    List<Double> differences = new ArrayList<>();
    for (int i = 0; i < rows.length; i++) {
      differences.add(
          TestPictures.largestDifference(new float[][] {embeddings[i]}, new float[][] {rows[i]}));
    }
    return differences;
  }
}
