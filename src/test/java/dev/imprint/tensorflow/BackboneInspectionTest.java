package dev.imprint.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imprint.model.backbone.EmbeddingLayers;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.tensorflow.keras.KerasParts;
import dev.imprint.tensorflow.picture.TestPictures;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackboneInspectionTest {
  private static final byte[] SEQUENTIAL = TestPictures.resource("/keras/sequential.keras");

  @TempDir private Path dir;

  @Test
  void shouldCutOffTheHeadBehindThePooling() throws IOException {
    BackboneInspection whole = inspect(SEQUENTIAL);

    String embedding = String.valueOf(whole.embeddingLayer());
    BackboneInspection.Layer last = whole.layers().get(whole.layers().size() - 1);
    assertThat(last.className()).isEqualTo("Dense");
    assertThat(row(whole, embedding).className()).isEqualTo("GlobalAveragePooling2D");
    assertThat(row(whole, embedding).output()).containsExactly((long) whole.embeddingSize());
  }

  @Test
  void shouldServeUpToAHeadThatIsRefused() throws IOException {
    KerasParts parts = KerasParts.of(SEQUENTIAL);
    String dense = inspect(SEQUENTIAL).layers().get(7).layer();

    BackboneInspection cut = inspect(refusing(parts, dense));

    assertThat(cut.embeddingLayer()).isEqualTo(inspect(SEQUENTIAL).embeddingLayer());
    assertThat(cut.refused())
        .hasSize(1)
        .first()
        .asString()
        .contains("odd = 1: this option is not supported", dense);
    assertThat(row(cut, dense).output()).isNull();
  }

  @Test
  void shouldCutBeforeWhatIsRefusedAndSayWhy() throws IOException {
    List<BackboneInspection.Layer> layers = inspect(SEQUENTIAL).layers();
    int pool = 5;
    String refused = layers.get(pool).layer();

    BackboneInspection cut = inspect(refusing(KerasParts.of(SEQUENTIAL), refused));

    assertThat(cut.embeddingLayer()).isEqualTo(layers.get(pool - 1).layer());
    assertThat(cut.refused())
        .first()
        .asString()
        .contains("odd = 1: this option is not supported", refused);
    assertThat(row(cut, layers.get(pool + 1).layer()).output()).isNull();
  }

  @Test
  void shouldNotCutSoEarlyThatAStemIsLeft() throws IOException {
    List<BackboneInspection.Layer> layers = inspect(SEQUENTIAL).layers();
    String refused = layers.get(2).layer(); // the first convolution is before it
    long before =
        layers.subList(0, 2).stream().mapToLong(BackboneInspection.Layer::parameters).sum();
    long all = inspect(SEQUENTIAL).parameters();

    BackboneInspection none = inspect(refusing(KerasParts.of(SEQUENTIAL), refused));

    assertThat(before * 3).isLessThan(all);
    assertThat(none.embeddingLayer()).isNull();
    assertThat(none.refused())
        .singleElement()
        .asString()
        .contains(
            refused,
            "odd = 1",
            "only %d %% of the network's weights (%d of %d) come before it"
                .formatted(100 * before / all, before, all))
        .doesNotContain("\n");
  }

  /** A layer that is called several times. */
  @Test
  void shouldSayOnceOfEachLayerWhyItIsRefused() throws IOException {
    byte[] shared = TestPictures.resource("/keras/shared.keras");

    BackboneInspection none = inspect(refusing(KerasParts.of(shared), "conv"));

    assertThat(none.embeddingLayer()).isNull();
    assertThat(none.refused())
        .singleElement()
        .asString()
        .contains("layer 'conv' (Conv2D) has odd = 1: this option is not supported")
        .hasSizeLessThan(300);
  }

  @Test
  void shouldConcatenateSeveralLayersPooled() throws IOException {
    List<BackboneInspection.Layer> layers = inspect(SEQUENTIAL).layers();
    String map = layers.get(4).layer();
    String features = String.valueOf(inspect(SEQUENTIAL).embeddingLayer());

    float[] both = embed("[%s, %s]".formatted(map, features));

    float[] first = embed("[%s]".formatted(map));
    float[] second = embed("[]"); // the default
    assertThat(both).hasSize(first.length + second.length);
    for (int i = 0; i < both.length; i++) {
      float alone = i < first.length ? first[i] : second[i - first.length];
      assertThat(both[i]).isCloseTo(alone, within(1e-5f));
    }
  }

  @Test
  void shouldProposeNothingMoreForANetworkWithoutBranches() throws IOException {
    BackboneInspection whole = inspect(SEQUENTIAL);

    assertThat(whole.features())
        .last()
        .isEqualTo(
            new EmbeddingLayers.Layer(
                String.valueOf(whole.embeddingLayer()), whole.embeddingSize()));
  }

  private float[] embed(String layers) throws IOException {
    Files.write(dir.resolve("own.keras"), SEQUENTIAL);
    Path yaml = dir.resolve("own.yaml");
    Files.writeString(
        yaml, "file: own.keras\ninput_size: [12, 16]\nembedding_layers: " + layers + "\n");
    float[] picture = new float[12 * 16 * 3];
    for (int i = 0; i < picture.length; i++) {
      picture[i] = i % 7;
    }
    BackboneDescription description = BackboneDescription.load(yaml);
    try (KerasBackbone backbone = KerasBackbone.open(description, TensorFlowConfig.DEFAULT)) {
      return backbone.embed(List.of(new Pixels(12, 16, picture)))[0];
    }
  }

  private static byte[] refusing(KerasParts parts, String layer) {
    return parts.with(layer, node -> ((ObjectNode) node.get("config")).put("odd", 1)).zip();
  }

  private BackboneInspection inspect(byte[] file) throws IOException {
    return BackboneInspection.of(Files.write(dir.resolve("n.keras"), file).toUri(), 224);
  }

  private static BackboneInspection.Layer row(BackboneInspection inspection, String layer) {
    return inspection.layers().stream()
        .filter(row -> row.layer().equals(layer))
        .findFirst()
        .orElseThrow();
  }
}
