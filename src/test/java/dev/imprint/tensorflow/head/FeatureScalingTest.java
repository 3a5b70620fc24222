package dev.imprint.tensorflow.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.backbone.EmbeddingLayers;
import dev.imprint.model.backbone.EmbeddingLayers.Layer;
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

  @Test
  void shouldScaleWeightsBackWithoutThoseLeftOut() {
    for (double perClass : new double[] {19, 50}) {
      FeatureScaling scaling = FeatureScaling.of(embeddings(100), perClass).paced();
      float[] weights = new float[scaling.dimension() * 2];
      for (int i = 0; i < weights.length; i++) {
        weights[i] = i + 1;
      }
      float[] bias = {3, -4};

      float[] unscaled = scaling.unscaledWeights(weights);

      assertThat(unscaled).hasSize(10);
      assertThat(scaling.scaledWeights(unscaled)).containsExactly(weights, within(1e-4f));
      assertThat(scaling.scaledBias(unscaled, scaling.unscaledBias(weights, bias)))
          .containsExactly(bias, within(1e-3f));
    }
  }

  /** A weight's step is as long as with the pace in the learning rate. */
  @Test
  void shouldPutThePaceIntoTheDivisors() {
    FeatureScaling scaling = FeatureScaling.of(embeddings(10), 500);

    FeatureScaling paced = scaling.paced();

    float[] step = new float[] {1, 1, 1, 1, 1};
    float[] shorter = new float[] {0.4f, 0.4f, 0.4f, 0.4f, 0.4f};
    assertThat(paced.pace()).isEqualTo(1);
    assertThat(paced.unscaledWeights(step))
        .containsExactly(scaling.unscaledWeights(shorter), within(1e-4f));
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
