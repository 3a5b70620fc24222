package dev.imprint.tensorflow.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.model.RejectedException;
import dev.imprint.model.Rejection;
import dev.imprint.tensorflow.BackboneDescription;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebPPictureTest {
  private static final int HEADER = 12;
  private static final int CHUNK_HEADER = 8;

  /** A canvas as large as the cards, with no flag set. */
  private static final byte[] CARD_CANVAS = {0, 0, 0, 0, 15, 0, 0, 11, 0, 0};

  private static TensorFlowImageDecoder decoder;

  @BeforeAll
  static void open() {
    decoder =
        TestPictures.decoder(TestPictures.description(12, 16, false, PictureInput.Crop.WHOLE));
  }

  @AfterAll
  static void close() {
    decoder.close();
  }

  /** Expected: Pillow's colors, from Google's library; Java rounds when it blends. */
  @Test
  void shouldRefuseFramesWithinFrames() {
    int depth = 20_000;
    byte[] nested = new byte[depth * (CHUNK_HEADER + 16)];
    ByteBuffer frames = numbers(nested);
    for (int rest = nested.length; frames.hasRemaining(); rest -= CHUNK_HEADER + 16) {
      frames.put("ANMF".getBytes(StandardCharsets.US_ASCII)).putInt(rest - CHUNK_HEADER);
      frames.put(new byte[16]);
    }

    assertRejected(riff(chunk("VP8X", CARD_CANVAS), nested), Rejection.BROKEN_IMAGE, "");
  }

  @ParameterizedTest
  @CsvSource({
    "lossy, 3",
    "turned, 3",
    "animated, 3",
    "lossy-alpha, 3",
    "lossless, 0",
    "lossless-alpha, 0.6"
  })
  void shouldShowWhatGooglesLibraryShows(String name, double tolerance) throws Exception {
    BufferedImage expected =
        ImageIO.read(new ByteArrayInputStream(TestPictures.resource("/webp/" + name + ".png")));
    int height = expected.getHeight();
    int width = expected.getWidth();
    BackboneDescription exact =
        TestPictures.description(height, width, false, PictureInput.Crop.WHOLE);
    float[] shown;
    try (TensorFlowImageDecoder whole = TestPictures.decoder(exact)) {
      shown = whole.decode(TestPictures.resource("/kinds/" + name + ".webp")).values();
    }

    double difference = 0;
    for (int i = 0; i < shown.length; i++) {
      int rgb = expected.getRGB(i / 3 % width, i / 3 / width);
      difference += Math.abs(shown[i] - ((rgb >> (8 * (2 - i % 3))) & 0xFF)) / shown.length;
    }

    System.out.printf("mean difference of %s.webp: %.3f%n", name, difference);
    assertThat(difference).isLessThanOrEqualTo(tolerance);
  }

  @Test
  void shouldRefuseTooManyPixelsByEachHeader() {
    byte[] lossy = TestPictures.resource("/cards/rgb-lossy.webp");
    numbers(lossy).putShort(26, (short) 16_000).putShort(28, (short) 16_000);
    assertRejected(lossy, Rejection.TOO_MANY_PIXELS, "16000 × 16000 pixels; the limit is 50000000");

    byte[] canvas = TestPictures.resource("/cards/animated.webp");
    numbers(canvas).putShort(HEADER + CHUNK_HEADER + 4, (short) 0xFFFF);
    numbers(canvas).putShort(HEADER + CHUNK_HEADER + 7, (short) 0xFFFF);
    assertRejected(canvas, Rejection.TOO_MANY_PIXELS, "65536 × 65536");

    byte[] large = chunk("VP8L", lossless(16_000, 16_000, bits -> bits.add(0, 3)));
    assertRejected(riff(large), Rejection.TOO_MANY_PIXELS, "16000 × 16000");
  }

  /** A reader that trusted the smaller size would exceed the limits. */
  @ParameterizedTest
  @ValueSource(strings = {"rgb-lossy.webp", "rgb-lossless.webp"})
  void shouldRefuseAFrameOfAnotherSizeThanItsCanvas(String card) throws RejectedException {
    byte[] image = body(TestPictures.resource("/cards/" + card));
    byte[] larger = CARD_CANVAS.clone();
    larger[4] = 63;

    assertThat(decoder.decode(riff(chunk("VP8X", CARD_CANVAS), image)).values()).hasSize(576);
    assertRejected(
        riff(chunk("VP8X", larger), image),
        Rejection.BROKEN_IMAGE,
        "frame of 16 × 12 does not fit its canvas of 64 × 12");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rgb-lossy.webp",
        "rgba-lossy.webp",
        "rgb-lossless.webp",
        "rgba-lossless.webp",
        "gray-lossless.webp"
      })
  void shouldRefuseTruncatedFiles(String card) {
    byte[] file = TestPictures.resource("/cards/" + card);

    for (int length = HEADER + 4; length < file.length - 1; length++) {
      assertRejected(Arrays.copyOf(file, length), Rejection.BROKEN_IMAGE, "it ");
    }
  }

  @Test
  void shouldRefuseNoPictureForItsMetadata() throws RejectedException {
    byte[] file = TestPictures.resource("/cards/rgb-lossless.webp");
    byte[] garbage = new byte[99];
    new Random(42).nextBytes(garbage);
    byte[] extended = CARD_CANVAS.clone();
    extended[0] = (byte) 0xEC; // has a profile, EXIF and XMP, and reserved bits set
    byte[] endless = chunk("XMP ", garbage);
    numbers(endless).putInt(4, -1);

    byte[] dressed =
        riff(
            chunk("VP8X", extended),
            chunk("ICCP", garbage),
            chunk("none", garbage),
            body(file),
            chunk("EXIF", garbage),
            endless);

    assertThat(decoder.decode(dressed).values()).containsExactly(decoder.decode(file).values());
    numbers(file).putInt(4, 7);
    assertThat(decoder.decode(dressed).values()).containsExactly(decoder.decode(file).values());
  }

  /** With and without the preamble that is only used in JPEGs. */
  @ParameterizedTest
  @ValueSource(strings = {"", "Exif\0\0"})
  void shouldTurnPicturesUprightByTheirExifOrientation(String preamble) throws Exception {
    byte[] file = TestPictures.resource("/cards/rgb-lossless.webp");
    ByteArrayOutputStream exif = new ByteArrayOutputStream();
    exif.writeBytes(preamble.getBytes(StandardCharsets.ISO_8859_1));
    exif.writeBytes(TestPictures.exif(3));

    float[] turned =
        decoder
            .decode(riff(chunk("VP8X", CARD_CANVAS), body(file), chunk("EXIF", exif.toByteArray())))
            .values();

    float[] stored = decoder.decode(file).values();
    assertThat(Arrays.copyOf(turned, 3))
        .containsExactly(Arrays.copyOfRange(stored, stored.length - 3, stored.length));
  }

  @Test
  void shouldRefuseAlphaThatIsNotCompressed() {
    byte[] image = body(TestPictures.resource("/cards/rgb-lossy.webp"));

    assertRejected(
        riff(chunk("VP8X", CARD_CANVAS), chunk("ALPH", new byte[193]), image),
        Rejection.BROKEN_IMAGE,
        "its alpha is uncompressed, which is not supported");
  }

  /** The reader would go through all pixels for every three bits. */
  @Test
  void shouldRefuseATransformTwice() {
    byte[] file =
        lossless(
            7_000,
            7_000,
            bits -> {
              for (int i = 0; i < 10_000; i++) {
                bits.add(1, 1).add(2, 2);
              }
            });

    assertRejected(riff(chunk("VP8L", file)), Rejection.BROKEN_IMAGE, "a transform twice");
  }

  /** The reader would return to the end for each of 49 million pixels, which took hours. */
  @Test
  void shouldRefusePixelsThatAreNotThere() {
    byte[] file =
        lossless(
            7_000,
            7_000,
            bits -> {
              bits.add(0, 3);
              bits.add(1, 1).add(1, 1).add(1, 1).add(0, 8).add(1, 8); // two words, of one bit each
            });

    assertRejected(
        riff(chunk("VP8L", file)),
        Rejection.BROKEN_IMAGE,
        "it ends in the middle of its" + " pixels");
  }

  /** The reader would build 327,680 tables for one pixel. */
  @Test
  void shouldRefuseMoreGroupsOfCodesThanAnyEncoderWrites() {
    byte[] file =
        lossless(
            1,
            1,
            bits -> {
              bits.add(0, 1).add(0, 1).add(1, 1).add(0, 3).add(0, 1);
              for (int i = 0; i < 2; i++) {
                bits.add(1, 1).add(0, 1).add(1, 1).add(0xFF, 8); // one word: 255
              }
              for (int i = 0; i < 3; i++) {
                bits.add(1, 1).add(0, 1).add(0, 1).add(0, 1); // one word: 0
              }
            });

    assertRejected(riff(chunk("VP8L", file)), Rejection.BROKEN_IMAGE, "more than 2600 groups");
  }

  @Test
  void shouldNeedNoMoreHeapThanTheWidestPictureTakes() throws IOException {
    byte[] file = TestPictures.resource("/cards/rgb-lossy.webp");
    numbers(file).putShort(26, (short) 16_000).putShort(28, (short) 3_000);

    PictureBudget.Need need = WebPPicture.open(file).need();

    // Three rows of 1,000 blocks, and the picture: found sufficient, with 16,383 × 600.
    assertThat(need.heap()).isBetween(280_000_000L, 330_000_000L);
    assertThat(need.outside()).isEqualTo(6L * 16_000 * 3_000);
  }

  private static void assertRejected(byte[] file, Rejection reason, String message) {
    assertThatThrownBy(() -> decoder.decode(file))
        .isInstanceOf(RejectedException.class)
        .hasMessageContaining(message)
        .hasMessageNotContainingAny("java", "Exception", "null")
        .extracting(e -> ((RejectedException) e).reason())
        .isEqualTo(reason);
  }

  private interface Writing {
    void to(Bits bits);
  }

  private static final class Bits {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int started;
    private int used;

    Bits add(int value, int count) {
      for (int i = 0; i < count; i++) {
        started |= (value >> i & 1) << used;
        if (++used == 8) {
          bytes.write(started);
          started = 0;
          used = 0;
        }
      }
      return this;
    }
  }

  private static byte[] lossless(int width, int height, Writing writing) {
    Bits bits = new Bits().add(0x2F, 8).add(width - 1, 14).add(height - 1, 14).add(0, 4);
    writing.to(bits);
    for (int i = 0; i < 5; i++) {
      bits.add(1, 1).add(0, 1).add(0, 1).add(0, 1);
    }
    return bits.add(0, 8).bytes.toByteArray();
  }

  private static byte[] chunk(String type, byte[] body) {
    byte[] chunk = new byte[CHUNK_HEADER + body.length + (body.length & 1)];
    numbers(chunk).put(type.getBytes(StandardCharsets.US_ASCII)).putInt(body.length).put(body);
    return chunk;
  }

  /** A file's chunks. */
  private static byte[] body(byte[] file) {
    return Arrays.copyOfRange(file, HEADER, file.length);
  }

  private static byte[] riff(byte[]... chunks) {
    ByteArrayOutputStream riff = new ByteArrayOutputStream();
    int length = Arrays.stream(chunks).mapToInt(chunk -> chunk.length).sum();
    byte[] header = new byte[HEADER];
    numbers(header)
        .put("RIFF".getBytes(StandardCharsets.US_ASCII))
        .putInt(4 + length)
        .put("WEBP".getBytes(StandardCharsets.US_ASCII));
    riff.writeBytes(header);
    for (byte[] chunk : chunks) {
      riff.writeBytes(chunk);
    }
    return riff.toByteArray();
  }

  private static ByteBuffer numbers(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
