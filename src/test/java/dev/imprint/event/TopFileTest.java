package dev.imprint.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.model.TunedTop;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TopFileTest {
  private static final TunedTop.Weight KERNEL =
      new TunedTop.Weight(
          "block6a/conv", "layers/conv2d_3/0", List.of(1, 3), new float[] {1.5f, -0f, 1e-30f});
  private static final TunedTop TOP =
      new TunedTop(
          "ab12",
          List.of(
              KERNEL, new TunedTop.Weight("head", "layers/dense/1", List.of(1), new float[] {2})));

  @Test
  void shouldReadWhatItWrote() throws IOException {
    TunedTop read = TopFile.read(new ByteArrayInputStream(written(TOP)));

    assertThat(read).usingRecursiveComparison().isEqualTo(TOP);
    assertThat(TopFile.digest(read)).isEqualTo(TopFile.digest(TOP));
  }

  @Test
  void shouldWriteTheSameBytesForTheSameWeights() throws IOException {
    assertThat(written(TOP)).isEqualTo(written(TOP));
  }

  @Test
  void shouldDistinguishOtherWeightsAndOtherBackbones() {
    TunedTop.Weight other =
        new TunedTop.Weight(
            KERNEL.layer(), KERNEL.name(), KERNEL.shape(), new float[] {1.5f, -0f, 2e-30f});

    assertThat(
            List.of(TOP, new TunedTop("ab13", TOP.weights()), new TunedTop("ab12", List.of(other))))
        .extracting(TopFile::digest)
        .doesNotHaveDuplicates();
  }

  @Test
  void shouldRefuseADamagedFile() throws IOException {
    byte[] whole = written(TOP);
    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> TopFile.read(new ByteArrayInputStream(part)))
          .as("%d of %d bytes", length, whole.length)
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void shouldRefuseWeightsThatDoNotFitTheirShape() {
    assertThatThrownBy(
            () -> new TunedTop.Weight("conv", "layers/conv2d/0", List.of(2, 2), new float[3]))
        .hasMessage("3 values for 'conv' of the shape [2, 2]");
    assertThatThrownBy(
            () ->
                new TunedTop.Weight("conv", "layers/conv2d/0", List.of(1), new float[] {Float.NaN}))
        .hasMessage("a weight of 'conv' is not a finite number");
    assertThatThrownBy(() -> new TunedTop("ab12", List.of(KERNEL, KERNEL)))
        .hasMessage("two weights are named 'layers/conv2d_3/0'");
  }

  private static byte[] written(TunedTop top) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TopFile.write(top, out);
    return out.toByteArray();
  }
}
