package dev.imprint.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.imprint.model.Pixels;
import dev.imprint.model.RejectedException;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SmallJpegTest {
  @ParameterizedTest
  @ValueSource(strings = {"jpeg", "png", "gif", "bmp"})
  void shouldMakeTheLongerSide1024Pixels(String format) throws Exception {
    byte[] large =
        TestPictures.encode(new BufferedImage(3000, 1500, BufferedImage.TYPE_3BYTE_BGR), format);

    BufferedImage small = read(SmallJpeg.of(large));

    assertThat(small.getWidth()).isEqualTo(1024);
    assertThat(small.getHeight()).isEqualTo(512);
  }

  @Test
  void shouldLeaveTheSizeOfASmallPicture() throws Exception {
    byte[] file =
        TestPictures.encode(new BufferedImage(40, 30, BufferedImage.TYPE_3BYTE_BGR), "png");

    assertThat(read(SmallJpeg.of(file)).getWidth()).isEqualTo(40);
  }

  /** Held against the decoder's own turning, which has its tests. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void shouldBeUprightWhateverTheOrientation(int orientation) throws Exception {
    BufferedImage stored = new BufferedImage(400, 200, BufferedImage.TYPE_3BYTE_BGR);
    for (int y = 0; y < 200; y++) {
      for (int x = 0; x < 400; x++) {
        stored.setRGB(
            x,
            y,
            (x < 200 ? (y < 100 ? Color.RED : Color.GREEN) : (y < 100 ? Color.BLUE : Color.BLACK))
                .getRGB());
      }
    }
    byte[] turned =
        TestPictures.withExif(TestPictures.encode(stored, "jpeg"), TestPictures.exif(orientation));
    float[] values = new float[400 * 200 * 3];
    for (int i = 0; i < 400 * 200; i++) {
      Color color = new Color(stored.getRGB(i % 400, i / 400));
      values[3 * i] = color.getRed();
      values[3 * i + 1] = color.getGreen();
      values[3 * i + 2] = color.getBlue();
    }
    Pixels upright = Orientation.ofExif(orientation).upright(new Pixels(200, 400, values));

    BufferedImage small = read(SmallJpeg.of(turned));

    assertThat(small.getWidth()).isEqualTo(upright.width());
    assertThat(small.getHeight()).isEqualTo(upright.height());
    for (int y = 50; y < upright.height(); y += 50) {
      for (int x = 50; x < upright.width(); x += 50) {
        if (x % 100 == 50 && y % 100 == 50) {
          Color color = new Color(small.getRGB(x, y));
          int pixel = (y * upright.width() + x) * 3;
          assertThat((float) color.getRed()).isCloseTo(upright.values()[pixel], within(12f));
          assertThat((float) color.getBlue()).isCloseTo(upright.values()[pixel + 2], within(12f));
        }
      }
    }
  }

  @Test
  void shouldAverageAwayWhatIsFinerThanItsPixels() throws Exception {
    Random random = new Random(42);
    BufferedImage noise = new BufferedImage(4096, 1024, BufferedImage.TYPE_3BYTE_BGR);
    for (int y = 0; y < 1024; y++) {
      for (int x = 0; x < 4096; x++) {
        noise.setRGB(x, y, random.nextBoolean() ? 0xFFFFFF : 0);
      }
    }

    BufferedImage small = read(SmallJpeg.of(TestPictures.encode(noise, "png")));

    double squares = 0;
    int pixels = 0;
    for (int y = 0; y < small.getHeight(); y += 3) {
      for (int x = 0; x < small.getWidth(); x += 3) {
        double off = (small.getRGB(x, y) & 0xFF) - 127.5;
        squares += off * off;
        pixels++;
      }
    }
    // Means of 16 pixels of 0 or 255 differ by 127.5 / 4 from the middle; single ones by 127.5.
    assertThat(Math.sqrt(squares / pixels)).isLessThan(45);
  }

  @Test
  void shouldRefuseWhatIsBrokenOrNoPicture() {
    byte[] broken =
        TestPictures.encode(new BufferedImage(40, 30, BufferedImage.TYPE_3BYTE_BGR), "png");
    broken[40] ^= 0x55;
    broken[45] ^= 0x55;
    assertThatThrownBy(() -> SmallJpeg.of(broken)).isInstanceOf(RejectedException.class);
    assertThatThrownBy(() -> SmallJpeg.of("text".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(RejectedException.class);
  }

  private static BufferedImage read(byte[] jpeg) throws Exception {
    return ImageIO.read(new ByteArrayInputStream(jpeg));
  }
}
