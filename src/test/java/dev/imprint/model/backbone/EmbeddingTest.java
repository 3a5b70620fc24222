package dev.imprint.model.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.model.backbone.EmbeddingLayers.Layer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddingTest {
  private static final EmbeddingLayers LAYERS =
      new EmbeddingLayers(List.of(new Layer("early", 2), new Layer("late", 3)));

  @ParameterizedTest
  @ValueSource(floats = {1e-30f, 1e-6f, 1, 6, 1e5f, 3e38f})
  void shouldKeepElevenBitsAtAnyScale(float scale) {
    Random random = new Random(1);
    float[] numbers = new float[1000];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = scale * (random.nextFloat() * 2 - 1);
    }

    float[] kept = Embedding.of(numbers).numbers();

    for (int i = 0; i < numbers.length; i++) {
      double most = Math.max(Math.abs(numbers[i]) / 2048.0, scale * 1e-8);
      assertThat(Math.abs((double) kept[i] - numbers[i])).isLessThanOrEqualTo(most);
    }
  }

  @Test
  void shouldRoundToTheNearestAndTiesToEven() {
    // Between 1024 and 2048, halves are the whole numbers; 1500 sets the common factor.
    float[] kept = Embedding.of(1500, 1025.4f, 1025.5f, 1026.5f, -1025.5f, 0, 1.25f).numbers();

    assertThat(kept).containsExactly(1500, 1025, 1026, 1026, -1026, 0, 1.25f);
  }

  @Test
  void shouldNotChangeWhenRoundedAgain() {
    Embedding once = Embedding.of(0.1f, -3.14159f, 1e-9f, 0);

    assertThat(Embedding.of(once.numbers())).isEqualTo(once);
  }

  @Test
  void shouldKeepZeros() {
    assertThat(Embedding.of(0, 0).numbers()).containsExactly(0, 0);
  }

  @Test
  void shouldComeBackFromItsBytes() {
    Embedding embedding = Embedding.of(new float[] {1, 2, 3e9f, -4, 5}, LAYERS);

    assertThat(embedding.bytes()).hasSize(Embedding.bytes(LAYERS)).hasSize(11);
    assertThat(Embedding.ofBytes(embedding.bytes(), LAYERS)).isEqualTo(embedding);
  }

  @Test
  void shouldGiveItsLastLayer() {
    Embedding embedding = Embedding.of(new float[] {1, 2, 3, -4, 5}, LAYERS);

    assertThat(embedding.lastLayer()).containsExactly(3, -4, 5);
    assertThat(embedding.lastAlone().numbers()).containsExactly(3, -4, 5);
    assertThat(embedding.lastAlone().layers().all()).containsExactly(new Layer("late", 3));
  }

  @Test
  void shouldRefuseWhatItsLayersDoNotHave() {
    assertThatThrownBy(() -> Embedding.of(new float[4], LAYERS))
        .hasMessage("4 numbers, but the layers have 5");
    assertThatThrownBy(() -> Embedding.ofBytes(new byte[12], LAYERS))
        .hasMessage("12 bytes are not an embedding of these layers");
  }
}
