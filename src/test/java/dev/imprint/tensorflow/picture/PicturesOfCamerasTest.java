package dev.imprint.tensorflow.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.model.RejectedException;
import dev.imprint.model.backbone.Pixels;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files that cameras, phones and editors write although they violate their formats' specifications.
 */
class PicturesOfCamerasTest {
  private static final int HEIGHT = 48;
  private static final int WIDTH = 64;
  private static final int HEADER_AT = 14;

  private static TensorFlowImageDecoder decoder;

  @BeforeAll
  static void open() {
    decoder =
        TestPictures.decoder(
            TestPictures.description(HEIGHT, WIDTH, false, PictureInput.Crop.WHOLE));
  }

  @AfterAll
  static void close() {
    decoder.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "png-two-iccp.png",
        "bmp-size-zero.bmp",
        "bmp-os2-core-dark-corner.bmp",
        "exif-count-too-large.jpg",
        "jpg-no-eoi.jpg"
      })
  void shouldShowWhatOtherProgramsShow(String name) throws RejectedException {
    Pixels pixels = decoder.decode(TestPictures.resource("/cameras/" + name));

    assertSame(pixels, TestPictures.resource("/cameras/" + name + ".bin"));
  }

  private static void assertSame(Pixels pixels, byte[] expected) {
    float[] wanted = TestPictures.floats(expected, HEIGHT * WIDTH * Pixels.CHANNELS)[0];
    double difference = 0;
    for (int i = 0; i < wanted.length; i++) {
      difference += Math.abs(pixels.values()[i] - wanted[i]) / wanted.length;
    }
    assertThat(difference).isLessThan(3);
  }

  /** OS/2's two, and those of programs that wrote masks before Windows did. */
  @ParameterizedTest
  @ValueSource(ints = {16, 52, 56, 64})
  void shouldReadBmpsWithHeadersOfOtherSizes(int size) throws RejectedException {
    byte[] bmp = TestPictures.resource("/cards/rgb-24-bit.bmp");
    ByteBuffer other = ByteBuffer.allocate(bmp.length + size - 40).order(ByteOrder.LITTLE_ENDIAN);
    other.put(bmp, 0, HEADER_AT + Math.min(size, 40)).position(HEADER_AT + size);
    other.put(bmp, HEADER_AT + 40, bmp.length - HEADER_AT - 40);
    other.putInt(10, HEADER_AT + size).putInt(HEADER_AT, size).putInt(2, 7);

    assertThat(decoder.decode(other.array()).values())
        .containsExactly(decoder.decode(bmp).values());
  }

  @Test
  void shouldShowABmpWhoseAlphaIsZeroThroughout() throws RejectedException {
    byte[] bmp = TestPictures.resource("/cards/rgba-32-bit.bmp");
    byte[] zero = bmp.clone();
    for (int i = ByteBuffer.wrap(bmp).order(ByteOrder.LITTLE_ENDIAN).getInt(10) + 3;
        i < zero.length;
        i += 4) {
      zero[i] = 0;
    }
    byte[] full = zero.clone();
    for (int i = ByteBuffer.wrap(bmp).order(ByteOrder.LITTLE_ENDIAN).getInt(10) + 3;
        i < full.length;
        i += 4) {
      full[i] = (byte) 0xFF;
    }

    assertThat(decoder.decode(zero).values()).containsExactly(decoder.decode(full).values());
  }

  @Test
  void shouldReadAPngWithoutItsEnd() throws RejectedException {
    byte[] png = TestPictures.resource("/cards/rgb.png");

    assertThat(decoder.decode(Arrays.copyOf(png, png.length - 12)).values())
        .containsExactly(decoder.decode(png).values());
  }

  @ParameterizedTest
  @ValueSource(strings = {"rgb.png", "rgb.jpg"})
  void shouldNameNoNodesOfTensorFlow(String card) {
    byte[] file = TestPictures.resource("/cards/" + card);

    assertThatThrownBy(() -> decoder.decode(Arrays.copyOf(file, file.length / 2)))
        .isInstanceOf(RejectedException.class)
        .hasMessageNotContainingAny("{{", "[[", "Op:", "node");
  }
}
