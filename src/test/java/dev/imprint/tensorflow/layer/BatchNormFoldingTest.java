package dev.imprint.tensorflow.layer;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.tensorflow.keras.KerasFile;
import dev.imprint.tensorflow.keras.KerasModelParser;
import dev.imprint.tensorflow.keras.KerasNetwork;
import dev.imprint.tensorflow.keras.KerasNode;
import dev.imprint.tensorflow.picture.TestPictures;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code KerasLayersTest} checks that the numbers are the same as Keras'. */
class BatchNormFoldingTest {
  @Test
  void shouldFoldNormsIntoTheirNeighboursWhereThatIsExact() {
    BatchNormFolding plan = plan("folding_around.keras");

    assertThat(plan.before())
        .containsOnlyKeys(
            "before_strided",
            "before_point",
            "before_grouped",
            "before_each",
            "before_depthwise",
            "before_both",
            "before_dense",
            "before_maps",
            "over_columns") // building it shows it is not over channels
        .containsEntry("before_both", "both");
    assertThat(plan.after()).containsOnlyKeys("both", "linear", "maps", "rows");
  }

  @Test
  void shouldFoldANormIntoTheLayerBeforeItAlone() {
    BatchNormFolding plan = plan("folding.keras");

    assertThat(plan.after()).containsOnlyKeys("conv", "depth", "separable", "grouped");
    assertThat(plan.before()).isEmpty();
  }

  @Test
  void shouldKnowTheChannelsByTheRank() {
    KerasNode rows = requireNonNull(plan("folding_around.keras").after().get("rows"));

    assertThat(BatchNormFolding.isOverChannels(rows, 4)).isFalse();
    assertThat(BatchNormFolding.isOverChannels(rows, 2)).isTrue();
  }

  private static BatchNormFolding plan(String file) {
    try (KerasFile keras = KerasFile.open(TestPictures.resource("/keras/" + file))) {
      KerasNetwork network = new KerasNetwork(KerasModelParser.parse(keras.config()));
      List<KerasNode> outputs = network.outputs();
      return BatchNormFolding.plan(network.upTo(outputs), outputs);
    }
  }
}
