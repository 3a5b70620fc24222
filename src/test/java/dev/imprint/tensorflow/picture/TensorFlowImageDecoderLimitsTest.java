package dev.imprint.tensorflow.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.model.RejectedException;
import dev.imprint.model.Rejection;
import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.picture.format.JpegScans;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are refused: too large, broken, of another format. */
class TensorFlowImageDecoderLimitsTest extends TensorFlowImageDecoderSteps {
  private static final int IHDR_SIZE_AT = 16;

  @Test
  void shouldRefuseNoBytes() {
    assertRejected(new byte[0], Rejection.EMPTY, "is empty");
  }

  @Test
  void shouldRefuseFilesOverTheLimitOfBytes() {
    byte[] large = Arrays.copyOf(TestPictures.resource("/cards/rgb.png"), (8 << 20) + 1);

    assertRejected(large, Rejection.TOO_LARGE, "8388609 bytes; the limit is 8388608");
  }

  @ParameterizedTest
  @CsvSource({
    "524946460000000057415645, it starts with 52494646",
    "0000001C6674797068656963, HEIC",
    "0000001C667479706D696631, HEIC",
    "0000001C6674797061766966, AVIF",
    "0000001C6674797069736F6D, MP4",
    "49492A0008000000, TIFF",
    "4D4D002A00000008, TIFF",
    "255044462D312E37, PDF",
    "504B030414000000, ZIP",
    "7B22696D61676522, JSON",
    "3C73766720786D6C, SVG",
    "3C21444F43545950, HTML",
    "0000000C4A584C20, JPEG XL",
    "1F8B080000000000, gzip",
    "0102030405060708, it starts with 0102030405060708"
  })
  void shouldNameTheFormatThatItDoesNotRead(String start, String name) {
    assertRejected(HexFormat.of().parseHex(start), Rejection.UNSUPPORTED_FORMAT, name);
  }

  @Test
  void shouldRefuseTooManyPixelsByThePngsHeader() throws IOException {
    byte[] png = TestPictures.resource("/cards/rgb.png");
    ByteBuffer.wrap(png).putInt(IHDR_SIZE_AT, 60_000).putInt(IHDR_SIZE_AT + 4, 60_000);
    fixHeadersChecksum(png);

    assertRejected(png, Rejection.TOO_MANY_PIXELS, "60000 × 60000 pixels; the limit is 50000000");
  }

  @Test
  void shouldRefuseTooManyPixelsByTheJpegsHeader() {
    byte[] jpeg = TestPictures.resource("/cards/rgb.jpg");
    int frame = frameHeader(jpeg);
    ByteBuffer.wrap(jpeg).putShort(frame + 5, (short) 60_000).putShort(frame + 7, (short) 60_000);

    assertRejected(jpeg, Rejection.TOO_MANY_PIXELS, "60000 × 60000");
  }

  /** A restart marker has no length: a reader that expects one skips the real frame header. */
  @Test
  void shouldBelieveTheJpegsDecoderAlone() {
    byte[] jpeg = TestPictures.resource("/cards/rgb.jpg");
    int frame = frameHeader(jpeg);
    ByteBuffer.wrap(jpeg).putShort(frame + 5, (short) 60_000).putShort(frame + 7, (short) 60_000);
    byte[] small = TestPictures.resource("/cards/rgb.jpg");
    byte[] smallFrame = Arrays.copyOfRange(small, frame, frame + 19);
    ByteBuffer hidden = ByteBuffer.allocate(jpeg.length + 4 + 4 + 19);
    hidden.put(jpeg, 0, frame);
    hidden.putShort((short) 0xFFD0).putShort((short) (2 + 19 + 4));
    hidden.put(jpeg, frame, 19);
    hidden.putShort((short) 0xFFFE).putShort((short) (2 + 19)).put(smallFrame);
    hidden.put(jpeg, frame + 19, jpeg.length - frame - 19);

    assertRejected(hidden.array(), Rejection.TOO_MANY_PIXELS, "60000 × 60000");
  }

  @Test
  void shouldRefuseTooManyPixelsByTheGifsHeader() {
    byte[] screen = TestPictures.resource("/cards/palette.gif");
    ByteBuffer.wrap(screen)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putShort(6, (short) 60_000)
        .putShort(8, (short) 60_000);
    assertRejected(screen, Rejection.TOO_MANY_PIXELS, "60000 × 60000");

    byte[] frame = TestPictures.resource("/cards/palette.gif");
    int at =
        IntStream.range(0, frame.length).filter(i -> frame[i] == ',').findFirst().orElseThrow();
    ByteBuffer.wrap(frame)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putShort(at + 5, (short) 60_000)
        .putShort(at + 7, (short) 60_000);
    assertRejected(frame, Rejection.TOO_MANY_PIXELS, "60000 × 60000");
  }

  @Test
  void shouldRefuseTooManyPixelsByTheBmpsHeader() {
    byte[] bmp = TestPictures.resource("/cards/palette-rle.bmp");
    ByteBuffer.wrap(bmp).order(ByteOrder.LITTLE_ENDIAN).putInt(18, 20_000).putInt(22, 20_000);

    assertRejected(bmp, Rejection.TOO_MANY_PIXELS, "20000 × 20000");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"rgb.jpg", "rgb.png", "palette.gif", "rgb-32-bit-top-down.bmp", "rgba-lossy.webp"})
  void shouldTakeItsLimitsFromTheConfiguration(String card) throws RejectedException {
    byte[] file = TestPictures.resource("/cards/" + card);
    BackboneDescription description = TestPictures.description(4, 4, false, WHOLE);
    try (TensorFlowImageDecoder exact =
            new TensorFlowImageDecoder(
                description.pictureInput(),
                new ImageLimits(file.length, 16 * 12, ImageLimits.Truncated.RECOVER),
                TensorFlowConfig.DEFAULT);
        TensorFlowImageDecoder strict =
            new TensorFlowImageDecoder(
                description.pictureInput(),
                new ImageLimits(file.length, 16 * 12 - 1, ImageLimits.Truncated.RECOVER),
                TensorFlowConfig.DEFAULT)) {
      assertThat(exact.decode(file).values()).hasSize(4 * 4 * 3);
      assertThatThrownBy(() -> strict.decode(file))
          .hasMessage("16 × 12 pixels; the limit is 191 in total (images.max_pixels)");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5})
  void shouldRefuseBmpsThatHoldAnotherFormat(int compression) {
    byte[] bmp = TestPictures.resource("/cards/rgb-24-bit.bmp");
    ByteBuffer.wrap(bmp).order(ByteOrder.LITTLE_ENDIAN).putInt(30, compression);

    assertRejected(bmp, Rejection.BROKEN_IMAGE, "JPEG or PNG");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rgb.jpg",
        "cmyk.jpg",
        "rgb.png",
        "palette-4-bit.png",
        "palette.gif",
        "rgb-24-bit.bmp",
        "palette-8-bit.bmp",
        "palette-rle.bmp"
      })
  void shouldRefuseTruncatedFiles(String card) {
    byte[] file = TestPictures.resource("/cards/" + card);

    assertRejected(Arrays.copyOf(file, file.length * 4 / 5), Rejection.BROKEN_IMAGE, "decoded");
  }

  @Test
  void shouldRefuseAJpegOfThousandsOfScans() {
    byte[] jpeg = TestPictures.resource("/cards/rgb-progressive.jpg");
    ByteBuffer scans = ByteBuffer.allocate(jpeg.length + 4_000).put(jpeg, 0, jpeg.length - 2);
    while (scans.remaining() > 2) {
      scans.putShort((short) 0xFFDA);
    }

    assertRejected(scans.array(), Rejection.BROKEN_IMAGE, "scans");
  }

  /** As when phones append a second picture, and cameras embed a thumbnail. */
  @Test
  void shouldCountNeitherTheScansOfAThumbnailNorThoseBehindTheEnd() throws RejectedException {
    byte[] jpeg = TestPictures.resource("/cards/rgb.jpg");
    byte[] scans = new byte[2_000];
    ByteBuffer many = ByteBuffer.wrap(scans);
    while (many.hasRemaining()) {
      many.putShort((short) 0xFFDA);
    }
    ByteBuffer file = ByteBuffer.allocate(jpeg.length + 2 * scans.length + 4);
    file.put(jpeg, 0, 2).putShort((short) 0xFFE2).putShort((short) (2 + scans.length)).put(scans);
    file.put(jpeg, 2, jpeg.length - 2).put(scans);

    assertThat(JpegScans.of(file.array()).count()).isEqualTo(1);
    assertThat(decoder.decode(file.array()).values())
        .containsExactly(decoder.decode(jpeg).values());
  }

  /** Its end marker must not hide the scans of the main picture. */
  @Test
  void shouldCountTheScansBehindAThumbnailsEnd() {
    byte[] jpeg = TestPictures.resource("/cards/rgb-progressive.jpg");
    ByteBuffer file = ByteBuffer.allocate(jpeg.length + 6);
    file.put(jpeg, 0, 2).putShort((short) 0xFFE1).putShort((short) 4).putShort((short) 0xFFD9);
    file.put(jpeg, 2, jpeg.length - 2);

    assertThat(JpegScans.of(jpeg).count()).isGreaterThan(1);
    assertThat(JpegScans.of(file.array()).count()).isEqualTo(JpegScans.of(jpeg).count());
  }

  @ParameterizedTest
  @ValueSource(ints = {0xFE, 0xFF})
  void shouldRefuseAGifOfLargeExtensions(int label) throws RejectedException {
    byte[] gif = TestPictures.resource("/cards/palette.gif");

    assertThat(decoder.decode(withExtension(gif, label, 1_000)).values())
        .containsExactly(decoder.decode(gif).values());
    assertRejected(withExtension(gif, label, 1_100), Rejection.BROKEN_IMAGE, "the limit is 262144");
  }

  /** Inserts an extension of this many blocks of 256 bytes before the first frame. */
  private static byte[] withExtension(byte[] gif, int label, int blocks) {
    int start = 13 + (3 << ((gif[10] & 7) + 1)); // after the screen's colours
    ByteBuffer file = ByteBuffer.allocate(gif.length + 256 * blocks + 3);
    file.put(gif, 0, start).put((byte) 0x21).put((byte) label);
    byte[] block = new byte[256];
    Arrays.fill(block, (byte) 'c');
    block[0] = (byte) 255;
    for (int i = 0; i < blocks; i++) {
      file.put(block);
    }
    return file.put((byte) 0).put(gif, start, gif.length - start).array();
  }

  private static void assertRejected(byte[] image, Rejection reason, String message) {
    assertThatThrownBy(() -> decoder.decode(image))
        .isInstanceOf(RejectedException.class)
        .hasMessageContaining(message)
        .extracting(e -> ((RejectedException) e).reason())
        .isEqualTo(reason);
  }

  private static int frameHeader(byte[] jpeg) {
    return IntStream.range(0, jpeg.length)
        .filter(i -> jpeg[i] == (byte) 0xFF && jpeg[i + 1] == (byte) 0xC0)
        .findFirst()
        .orElseThrow();
  }

  private static void fixHeadersChecksum(byte[] png) {
    CRC32 checksum = new CRC32();
    checksum.update(png, 12, 17);
    ByteBuffer.wrap(png).putInt(29, (int) checksum.getValue());
  }
}
