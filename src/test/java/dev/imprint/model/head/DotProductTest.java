package dev.imprint.model.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class DotProductTest {
  @Test
  void shouldAddUpAllProductsInDoublePrecision() {
    float[] one = {1, 2, 3, 4, 5, 0x1p24f, 7};
    float[] other = {1, 1, 1, 1, 1, 1, 3};

    assertThat(DotProduct.of(one, other)).isEqualTo(0x1p24 + 36);
  }

  @Test
  void shouldTellTheAngleWhateverTheLengths() {
    float[] diagonal = {2, 2};

    assertThat(DotProduct.cosine(diagonal, new float[] {0.1f, 0.1f})).isCloseTo(1, within(1e-9));
    assertThat(DotProduct.cosine(diagonal, new float[] {-9, -9})).isCloseTo(-1, within(1e-9));
    assertThat(DotProduct.cosine(diagonal, new float[] {3, 0}))
        .isCloseTo(Math.sqrt(0.5), within(1e-9));
    assertThat(DotProduct.cosine(diagonal, new float[2])).as("no direction").isZero();
  }
}
