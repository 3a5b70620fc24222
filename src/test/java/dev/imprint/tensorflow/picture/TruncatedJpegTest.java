package dev.imprint.tensorflow.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.model.RejectedException;
import dev.imprint.model.Rejection;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** JPEGs that end too early, as left by an aborted upload or a faulty memory card. */
class TruncatedJpegTest {
  private static final int SIDE = 160;
  private static final int END_MARKER = 2;

  private static TensorFlowImageDecoder decoder;

  /** How the test files are encoded. */
  enum Kind {
    BASELINE(BufferedImage.TYPE_INT_RGB, false),
    PROGRESSIVE(BufferedImage.TYPE_INT_RGB, true),
    GRAY(BufferedImage.TYPE_BYTE_GRAY, false),
    PROGRESSIVE_GRAY(BufferedImage.TYPE_BYTE_GRAY, true);

    private final int pixels;
    private final boolean progressive;

    Kind(int pixels, boolean progressive) {
      this.pixels = pixels;
      this.progressive = progressive;
    }

    byte[] file() {
      ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
      ByteArrayOutputStream file = new ByteArrayOutputStream();
      try (ImageOutputStream out = ImageIO.createImageOutputStream(file)) {
        ImageWriteParam param = writer.getDefaultWriteParam();
        if (progressive) {
          param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
        }
        writer.setOutput(out);
        writer.write(null, new IIOImage(picture(pixels), null, null), param);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      } finally {
        writer.dispose();
      }
      return file.toByteArray();
    }
  }

  private static BufferedImage picture(int pixels) {
    BufferedImage picture = new BufferedImage(SIDE, SIDE, pixels);
    Graphics2D brush = picture.createGraphics();
    Random random = new Random(7);
    for (int i = 0; i < 400; i++) {
      brush.setColor(new Color(random.nextInt(1 << 24)));
      brush.fillOval(random.nextInt(SIDE) - 10, random.nextInt(SIDE) - 10, 24, 24);
    }
    brush.dispose();
    return picture;
  }

  @BeforeAll
  static void open() {
    decoder = decoder(ImageLimits.Truncated.RECOVER);
  }

  @AfterAll
  static void close() {
    decoder.close();
  }

  private static TensorFlowImageDecoder decoder(ImageLimits.Truncated truncated) {
    ImageLimits limits = new ImageLimits(1 << 20, 1_000_000, truncated);
    return new TensorFlowImageDecoder(
        TestPictures.description(SIDE, SIDE, false, PictureInput.Crop.WHOLE).pictureInput(),
        limits,
        TensorFlowConfig.DEFAULT);
  }

  @ParameterizedTest
  @EnumSource
  void shouldLoseNothingWhereOnlyTheEndMarkerIsMissing(Kind kind) throws RejectedException {
    byte[] file = kind.file();
    Pixels whole = decoder.decode(file);

    for (byte[] cut : new byte[][] {cut(file, 1), cut(file, 2), zeroed(file, 2, 0)}) {
      Pixels pixels = decoder.decode(cut);

      assertThat(pixels.recovered()).isTrue();
      assertThat(pixels.values()).containsExactly(whole.values());
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldShowThePictureWithoutItsLastTenth(Kind kind) throws RejectedException {
    byte[] file = kind.file();
    Pixels whole = decoder.decode(file);
    int tenth = file.length / 10;

    for (byte[] cut : new byte[][] {cut(file, 8), cut(file, tenth), zeroed(file, tenth, 5_000)}) {
      Pixels pixels = decoder.decode(cut);

      assertThat(pixels.recovered()).isTrue();
      int kept = pixels.values().length * 7 / 10;
      assertThat(difference(pixels, whole, kept)).isLessThan(3);
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldRefuseAPictureOfWhichTooMuchIsLost(Kind kind) {
    byte[] file = kind.file();
    int firstScan = kind.progressive ? file.length * 9 / 10 : file.length / 2;

    assertRefused(decoder, cut(file, firstScan), "too much of the picture");
    assertRefused(decoder, zeroed(file, firstScan, 0), "too much of the picture");
  }

  @Test
  void shouldTellWhatIsLostOfFourInks() throws RejectedException {
    byte[] file = TestPictures.resource("/cards/cmyk.jpg");
    Pixels whole = decoder.decode(file);
    int data = startOfScan(file) + 14;

    assertThat(decoder.decode(cut(file, END_MARKER)).values()).containsExactly(whole.values());
    assertRefused(decoder, Arrays.copyOf(file, data), "too much of the picture");
  }

  @Test
  void shouldRefuseAFileCutBeforeItsPicture() {
    byte[] file = TestPictures.resource("/cards/rgb.jpg");

    assertRefused(decoder, Arrays.copyOf(file, startOfScan(file)), "cannot be decoded");
  }

  @Test
  void shouldRecoverAFileCutWithinAScansTables() throws RejectedException {
    byte[] file = Kind.PROGRESSIVE.file();
    int tables = file.length - END_MARKER;
    while (file[tables] != (byte) 0xFF || file[tables + 1] != (byte) 0xC4) {
      tables--;
    }

    assertThat(decoder.decode(Arrays.copyOf(file, tables + 10)).recovered()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void shouldTakeAFileWithMoreBehindItsEndForWhole(Kind kind) throws RejectedException {
    byte[] file = kind.file();
    byte[] more = Arrays.copyOf(file, file.length + 1_000);
    Arrays.fill(more, file.length, more.length, (byte) 'x');

    assertThat(decoder.decode(file).recovered()).isFalse();
    assertThat(decoder.decode(more).recovered()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void shouldRefuseAllOfThemWhereTheSettingSaysSo(Kind kind) throws RejectedException {
    byte[] file = kind.file();
    try (TensorFlowImageDecoder strict = decoder(ImageLimits.Truncated.REFUSE)) {
      assertThat(strict.decode(file).recovered()).isFalse();
      assertRefused(strict, cut(file, END_MARKER), "set images.truncated to recover");
      assertThatThrownBy(() -> strict.shrink(cut(file, END_MARKER), 1 << 20))
          .hasMessageContaining("images.truncated");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 100})
  void shouldKeepWhatWasServed(int lost) throws RejectedException {
    byte[] file = cut(Kind.BASELINE.file(), lost);

    Pixels kept = decoder.decode(decoder.shrink(file, 1 << 20));

    assertThat(kept.recovered()).isFalse();
    assertThat(kept.values()).containsExactly(decoder.decode(file).values());
  }

  private static byte[] cut(byte[] file, int bytes) {
    return Arrays.copyOf(file, file.length - bytes);
  }

  /** With zeros in place of its last bytes, and more appended. */
  private static byte[] zeroed(byte[] file, int bytes, int more) {
    return Arrays.copyOf(cut(file, bytes), file.length + more);
  }

  private static int startOfScan(byte[] file) {
    int at = 0;
    while (file[at] != (byte) 0xFF || file[at + 1] != (byte) 0xDA) {
      at++;
    }
    return at;
  }

  private static double difference(Pixels one, Pixels other, int values) {
    double sum = 0;
    for (int i = 0; i < values; i++) {
      sum += Math.abs(one.values()[i] - other.values()[i]);
    }
    return sum / values;
  }

  private static void assertRefused(TensorFlowImageDecoder by, byte[] file, String message) {
    assertThatThrownBy(() -> by.decode(file))
        .isInstanceOf(RejectedException.class)
        .hasMessageContaining(message)
        .extracting(e -> ((RejectedException) e).reason())
        .isEqualTo(Rejection.BROKEN_IMAGE);
  }
}
