package dev.imprint.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.model.InvalidSettingException;
import dev.imprint.tensorflow.keras.KerasFile;
import dev.imprint.tensorflow.keras.KerasImportException;
import dev.imprint.tensorflow.keras.KerasModelParser;
import dev.imprint.tensorflow.keras.KerasNetwork;
import dev.imprint.tensorflow.keras.KerasNode;
import dev.imprint.tensorflow.picture.TestPictures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CutTest {
  private static final byte[] TUNING = TestPictures.resource("/keras/tuning.keras");

  @TempDir private Path dir;

  @Test
  void shouldFindBlocksWhereASingleTensorPasses() {
    assertThat(blocks(TUNING, "features"))
        .containsExactly(
            List.of("stem_conv"),
            List.of("block1_expand_conv", "block1_dw_conv", "block1_project_conv"),
            List.of(
                "block2_expand_conv",
                "block2_dw_conv",
                "block2_se_reduce",
                "block2_se_expand",
                "block2_project_conv"),
            List.of("block3_expand_conv", "block3_dw_conv", "block3_project_conv"),
            List.of("head_conv"));
  }

  @Test
  void shouldDivideABundledNetworkBeforeItsSixthStage() {
    BackboneDescription description = BackboneDescription.bundled();
    byte[] file = description.network();
    List<List<String>> blocks = blocks(file, "embedding");

    Cut byName = cut(description, file, LearningPart.from("block6a_"));
    Cut byNumber = cut(description, file, LearningPart.lastBlocks(5));

    assertThat(names(byName.passing())).containsExactly("block5c_add");
    assertThat(byNumber.top()).isEqualTo(byName.top());
    assertThat(byNumber.blocks()).isEqualTo(byName.blocks());
    assertThat(byName.blocks()).containsEntry("head_conv", 0).containsEntry("block6a_dw_conv", 4);
    assertThat(byName.blocks().keySet()).noneMatch(layer -> layer.endsWith("_bn"));
    assertThat(blocks).hasSize(15);
  }

  @ParameterizedTest
  @CsvSource({
    "resnet50, conv5_block3_, conv5_block2_out",
    "mobilenetv2, Conv_1, block_16_project_BN",
    "densenet121, conv5_block16_, conv5_block15_concat",
    "efficientnetb0, block7a_, block6d_add",
    "vgg16, block5_conv1, block4_pool",
    "mobilenet, conv_dw_12, conv_pad_12"
  })
  void shouldDivideNetworksOfKerasApplications(String name, String from, String where)
      throws IOException {
    byte[] file = Files.readAllBytes(Shared.require("data/keras-fixtures/" + name + ".keras"));
    String embedding;
    try (KerasFile keras = KerasFile.open(file)) {
      embedding = EmbeddingLayer.of(new KerasNetwork(KerasModelParser.parse(keras.config())));
    }
    BackboneDescription description = description(file, List.of(embedding));

    Cut cut = cut(description, file, LearningPart.from(from));

    assertThat(names(cut.passing())).containsExactly(where);
    assertThat(blocks(file, embedding)).allSatisfy(block -> assertThat(block).isNotEmpty());
  }

  @Test
  void shouldTakeEmbeddingLayersBeforeAtAndBehindTheCut() throws IOException {
    BackboneDescription description =
        description(TUNING, List.of("features", "stem_relu", "block1_add", "block3_add"));

    Cut cut = cut(description, TUNING, LearningPart.lastBlocks(3));

    assertThat(names(cut.passing())).containsExactly("block1_add");
    assertThat(names(cut.frozenEnds())).containsExactly("stem_relu", "block1_add");
    assertThat(names(cut.ends())).containsExactlyElementsOf(description.embeddingLayers());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nowhere_ | no layer before the embedding has a name that starts with it",
        "features | no layer from 'features' to the embedding has weights that learn"
      })
  void shouldRefuseToCutWhereNothingLearns(String from, String why) throws IOException {
    BackboneDescription description = description(TUNING, List.of("features"));

    assertThatThrownBy(() -> cut(description, TUNING, LearningPart.from(from)))
        .isInstanceOf(KerasImportException.class)
        .hasMessageContaining(why);
  }

  @Test
  void shouldRefuseACutThatManyTensorsPass() throws IOException {
    byte[] file = Files.readAllBytes(Shared.require("data/keras-fixtures/nasnetmobile.keras"));
    BackboneDescription description = description(file, List.of("global_average_pooling2d"));

    assertThatThrownBy(() -> cut(description, file, LearningPart.from("normal_conv_1_12")))
        .isInstanceOf(KerasImportException.class)
        .hasMessageContaining("5 tensors pass from before 'normal_conv_1_12'");
  }

  @Test
  void shouldRefuseMoreBlocksThanThereAre() throws IOException {
    BackboneDescription description = description(TUNING, List.of("features"));

    assertThatThrownBy(() -> cut(description, TUNING, LearningPart.lastBlocks(5)))
        .isInstanceOf(KerasImportException.class)
        .hasMessageContaining("last_blocks is 5, but")
        .hasMessageContaining("its last 4 blocks");
  }

  @Test
  void shouldTakeEitherALayerOrANumberOfBlocks() {
    assertThatThrownBy(() -> new LearningPart("block6a_", 2))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("remove either it or from, 'block6a_'");
    assertThatThrownBy(() -> new LearningPart(null, 0))
        .hasMessageContaining("training.fine_tune.last_blocks is 0");
  }

  private BackboneDescription description(byte[] file, List<String> layers) throws IOException {
    Files.write(dir.resolve("network.keras"), file);
    return BackboneDescription.load(
        Files.writeString(
            dir.resolve("network.yaml"),
            "file: network.keras\ninput_size: 16\nembedding_layers: %s\n".formatted(layers)));
  }

  private static Cut cut(BackboneDescription description, byte[] file, LearningPart part) {
    try (KerasFile keras = KerasFile.open(file)) {
      return Cut.of(description, keras, part);
    }
  }

  private static List<List<String>> blocks(byte[] file, String embedding) {
    try (KerasFile keras = KerasFile.open(file)) {
      KerasNetwork network = new KerasNetwork(KerasModelParser.parse(keras.config()));
      return Cut.blocks(network, List.of(network.last(embedding)), keras.weights()).stream()
          .map(NetworkBlocks.Block::learning)
          .toList();
    }
  }

  private static List<String> names(List<KerasNode> nodes) {
    return nodes.stream().map(node -> node.layer().path()).toList();
  }
}
