package dev.imprint.page.understand;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.model.backbone.Pixels;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class OcclusionTest {
  private static final int SIDE = 32;

  @Test
  void shouldCoverAQuarterOfHeightAndWidthAroundTheCentreOfACell() {
    Pixels covered = Occlusion.covered(white(SIDE, SIDE), 3 * Occlusion.GRID + 4);

    // The cell's centre is at row 14 and column 18; the patch has 8 rows and columns.
    for (int row = 0; row < SIDE; row++) {
      for (int column = 0; column < SIDE; column++) {
        boolean inside = row >= 10 && row < 18 && column >= 14 && column < 22;
        for (int channel = 0; channel < Pixels.CHANNELS; channel++) {
          assertThat(covered.values()[(row * SIDE + column) * Pixels.CHANNELS + channel])
              .as("%d, %d", row, column)
              .isEqualTo(inside ? 127.5f : 255);
        }
      }
    }
  }

  @Test
  void shouldCutPatchesAtTheEdges() {
    Pixels first = Occlusion.covered(white(SIDE, SIDE), 0);
    Pixels last = Occlusion.covered(white(SIDE, SIDE), Occlusion.PATCHES - 1);

    assertThat(grey(first)).isEqualTo(6 * 6);
    assertThat(grey(last)).isEqualTo(6 * 6);
    assertThat(first.values()[0]).isEqualTo(127.5f);
    assertThat(last.values()[last.values().length - 1]).isEqualTo(127.5f);
  }

  @Test
  void shouldCoverEachPixelOfAnySizeAtLeastOnce() {
    for (int[] size : new int[][] {{1, 1}, {3, 5}, {7, 224}, {224, 224}}) {
      boolean[] seen = new boolean[size[0] * size[1]];
      for (int patch = 0; patch < Occlusion.PATCHES; patch++) {
        Pixels covered = Occlusion.covered(white(size[0], size[1]), patch);
        for (int i = 0; i < seen.length; i++) {
          seen[i] |= covered.values()[i * Pixels.CHANNELS] != 255;
        }
      }
      assertThat(seen).doesNotContain(false);
    }
  }

  @Test
  void shouldLeaveThePictureItselfAsItIs() {
    Pixels picture = white(SIDE, SIDE);

    Occlusion.covered(picture, 0);

    assertThat(grey(picture)).isZero();
  }

  @Test
  void shouldShowASmallCopyOfLargeInputs() throws Exception {
    BufferedImage shown = ImageIO.read(new ByteArrayInputStream(Occlusion.jpeg(white(640, 320))));

    assertThat(shown.getHeight()).isEqualTo(320);
    assertThat(shown.getWidth()).isEqualTo(160);
    assertThat(shown.getRGB(80, 160) & 0xFFFFFF).isEqualTo(0xFFFFFF);
  }

  private static Pixels white(int height, int width) {
    float[] values = new float[height * width * Pixels.CHANNELS];
    java.util.Arrays.fill(values, 255);
    return new Pixels(height, width, values);
  }

  private static int grey(Pixels pixels) {
    int count = 0;
    for (float value : pixels.values()) {
      count += value == 127.5f ? 1 : 0;
    }
    return count / Pixels.CHANNELS;
  }
}
