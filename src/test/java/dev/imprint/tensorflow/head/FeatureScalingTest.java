package dev.imprint.tensorflow.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.imprint.model.Embedding;
import dev.imprint.model.EmbeddingLayers;
import dev.imprint.model.EmbeddingLayers.Layer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FeatureScalingTest {
  private static final EmbeddingLayers LAYERS =
      new EmbeddingLayers(List.of(new Layer("early", 3), new Layer("late", 2)));

  @Test
  void shouldScaleEachLayerByItself() {
    FeatureScaling scaling = FeatureScaling.of(embeddings(1000), 50);

    assertThat(scaling.leftOut()).isZero();
    assertThat(scaledDeviation(scaling, 1000, 0)).isCloseTo(1, within(0.05));
    assertThat(scaledDeviation(scaling, 1000, 4)).isCloseTo(1, within(0.05));
  }

  @Test
  void shouldScaleEarlierLayersDownWhileExamplesAreFew() {
    FeatureScaling scaling = FeatureScaling.of(embeddings(1000), 25);

    assertThat(scaledDeviation(scaling, 1000, 0)).isCloseTo(0.5, within(0.05));
    assertThat(scaledDeviation(scaling, 1000, 4)).isCloseTo(1, within(0.05));
  }

  @Test
  void shouldLeaveEarlierLayersOutWithFewerYet() {
    FeatureScaling scaling = FeatureScaling.of(embeddings(100), 19.9);

    assertThat(scaling.leftOut()).isEqualTo(3);
    assertThat(scaling.dimension()).isEqualTo(2);
    assertThat(scaling.unscaledWeights(new float[] {1, 2, 3, 4}))
        .hasSize(10)
        .startsWith(0, 0, 0, 0, 0, 0);
  }

  @Test
  void shouldLearnFromAllLayersAsFastAsFromTheLastAlone() {
    assertThat(FeatureScaling.of(embeddings(10), 1).pace()).isEqualTo(1);
    assertThat(FeatureScaling.of(embeddings(10), 25).pace()).isCloseTo(2 / 3.5f, within(1e-6f));
    assertThat(FeatureScaling.of(embeddings(10), 500).pace()).isCloseTo(2 / 5f, within(1e-6f));
  }

  /** Small numbers in the early layer, large ones in the late one. */
  private static List<Embedding> embeddings(int count) {
    Random random = new Random(1);
    List<Embedding> embeddings = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] numbers = new float[5];
      for (int d = 0; d < numbers.length; d++) {
        numbers[d] = (float) random.nextGaussian() * (d < 3 ? 0.01f : 100);
      }
      embeddings.add(Embedding.of(numbers, LAYERS));
    }
    return embeddings;
  }

  private static double scaledDeviation(FeatureScaling scaling, int count, int d) {
    return Math.sqrt(
        embeddings(count).stream()
            .mapToDouble(e -> (e.numbers()[d] - scaling.mean()[d]) / scaling.divisor()[d])
            .map(scaled -> scaled * scaled)
            .average()
            .orElseThrow());
  }
}
