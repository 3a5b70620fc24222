package dev.imprint.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.model.TunedTop;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.tensorflow.keras.KerasImportException;
import dev.imprint.tensorflow.picture.ImageLimits;
import dev.imprint.tensorflow.picture.PictureBudget;
import dev.imprint.tensorflow.picture.TestPictures;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TunedWeightsTest {
  private static final String KERNEL = "layers/conv2d_9/0"; // of head_conv, before a batch norm
  private static final List<Integer> SHAPE = List.of(1, 1, 8, 16);
  private static final int NUMBERS = 8 * 16;

  @TempDir private Path dir;
  private BackboneDescription description;

  @BeforeEach
  void describe() throws IOException {
    Files.write(dir.resolve("tuning.keras"), TestPictures.resource("/keras/tuning.keras"));
    description =
        BackboneDescription.load(
            Files.writeString(dir.resolve("tuning.yaml"), "file: tuning.keras\ninput_size: 16\n"));
  }

  @Test
  void shouldFoldBatchNormsIntoTheTunedWeights() {
    try (KerasBackbone tuned = open(weight(KERNEL, SHAPE, NUMBERS))) {
      float[] black = tuned.embed(List.of(pixels(0)))[0];
      float[] white = tuned.embed(List.of(pixels(1)))[0];

      assertThat(black).isEqualTo(white); // a kernel of zeros leaves the batch norm's shift alone
      assertThat(black).isNotEqualTo(new float[black.length]);
    }
  }

  @Test
  void shouldRefuseWeightsThatTheNetworkDoesNotHave() {
    assertThatThrownBy(() -> open(weight("layers/conv2d_99/0", SHAPE, NUMBERS)))
        .isInstanceOf(KerasImportException.class)
        .hasMessageContaining("have [layers/conv2d_99/0], which the network does not have");
  }

  @Test
  void shouldRefuseWeightsOfAnotherShape() {
    assertThatThrownBy(() -> open(weight(KERNEL, List.of(1, 1, 8, 8), 64)))
        .isInstanceOf(KerasImportException.class)
        .hasMessageContaining("'head_conv'")
        .hasMessageContaining("[1, 1, 8, 16], but the fine-tuned weights have [1, 1, 8, 8]");
  }

  @Test
  void shouldRefuseWeightsOfAnotherBackbone() {
    TunedTop top = new TunedTop("ab12", List.of(weight(KERNEL, SHAPE, NUMBERS)));

    assertThatThrownBy(() -> open(top))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the fine-tuned weights are for the backbone ab12, not for " + description.id());
  }

  private KerasBackbone open(TunedTop.Weight weight) {
    return open(new TunedTop(description.id(), List.of(weight)));
  }

  private KerasBackbone open(TunedTop top) {
    return KerasBackbone.open(
        description, PictureBudget.of(ImageLimits.DEFAULT), TensorFlowConfig.DEFAULT, top);
  }

  private static TunedTop.Weight weight(String name, List<Integer> shape, int numbers) {
    return new TunedTop.Weight("head_conv", name, shape, new float[numbers]);
  }

  private static Pixels pixels(float value) {
    float[] values = new float[16 * 16 * Pixels.CHANNELS];
    Arrays.fill(values, value);
    return new Pixels(16, 16, values);
  }
}
