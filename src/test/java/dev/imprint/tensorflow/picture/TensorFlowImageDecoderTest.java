package dev.imprint.tensorflow.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.imprint.model.Pixels;
import dev.imprint.model.RejectedException;
import dev.imprint.model.Rejection;
import dev.imprint.model.View;
import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TensorFlowImageDecoderTest {
  private static final PictureInput.Crop WHOLE = PictureInput.Crop.WHOLE;
  private static final PictureInput.Crop CENTER = PictureInput.Crop.CENTER;
  private static final Color[] COLORS = {Color.RED, Color.GREEN, Color.BLUE, Color.WHITE};
  private static final int IHDR_SIZE_AT = 16;

  private static TensorFlowImageDecoder decoder;

  @BeforeAll
  static void open() {
    decoder = TestPictures.decoder(TestPictures.description(4, 4, false, WHOLE));
  }

  @AfterAll
  static void close() {
    decoder.close();
  }

  /** Letters of the upright picture's quarters, row by row, as in EXIF 2.32's table. */
  @ParameterizedTest
  @CsvSource({
    "1,RGBW", "2,GRWB", "3,WBGR", "4,BWRG", "5,RBGW", "6,BRWG", "7,WGBR", "8,GWRB", "9,RGBW"
  })
  void shouldTurnPicturesUprightByTheirExifOrientation(int orientation, String quarters)
      throws RejectedException {
    byte[] exif = TestPictures.exif(orientation);
    byte[] jpeg =
        TestPictures.withExif(
            TestPictures.encode(TestPictures.quarters(64, 96, COLORS), "jpeg"), exif);
    byte[] png =
        withChunk(TestPictures.encode(TestPictures.quarters(64, 96, COLORS), "png"), "eXIf", exif);

    assertThat(quarters(decoder.decode(jpeg))).isEqualTo(quarters);
    assertThat(quarters(decoder.decode(png))).isEqualTo(quarters);
  }

  @Test
  void shouldCropTheSamePartHoweverThePictureLies() throws RejectedException {
    BufferedImage upright = new BufferedImage(11, 4, BufferedImage.TYPE_INT_RGB);
    BufferedImage turned = new BufferedImage(4, 11, BufferedImage.TYPE_INT_RGB);
    for (int x = 0; x < 11; x++) {
      for (int y = 0; y < 4; y++) {
        upright.setRGB(x, y, new Color(20 * x, 50 * y, 7).getRGB());
        turned.setRGB(y, 10 - x, new Color(20 * x, 50 * y, 7).getRGB());
      }
    }
    byte[] exif = TestPictures.exif(6);
    try (TensorFlowImageDecoder center =
        TestPictures.decoder(TestPictures.description(4, 4, false, CENTER))) {
      Pixels fromUpright = center.decode(TestPictures.encode(upright, "png"));
      Pixels fromTurned =
          center.decode(withChunk(TestPictures.encode(turned, "png"), "eXIf", exif));

      assertThat(fromTurned.values()).containsExactly(fromUpright.values());
      // 11 - 4 = 7 columns too many, 3 of them on the left.
      assertThat(fromUpright.values()[0]).isEqualTo(60);
    }
  }

  @Test
  void shouldStretchTheWholePictureToInputsThatAreNotSquare() throws RejectedException {
    byte[] png = TestPictures.encode(TestPictures.quarters(30, 70, COLORS), "png");
    try (TensorFlowImageDecoder wide =
        TestPictures.decoder(TestPictures.description(2, 6, false, WHOLE))) {
      Pixels pixels = wide.decode(png);

      assertThat(List.of(pixels.height(), pixels.width())).containsExactly(2, 6);
      assertThat(Arrays.copyOf(pixels.values(), 3)).containsExactly(255, 0, 0);
    }
  }

  @Test
  void shouldDecodeAViewOfAPicture() throws RejectedException {
    byte[] png = TestPictures.encode(TestPictures.quarters(64, 96, COLORS), "png");
    View rows = new View("upside down", TensorFlowImageDecoderTest::upsideDown);

    Pixels original = decoder.decode(png);
    assertThat(decoder.decode(png, View.ORIGINAL).values()).containsExactly(original.values());
    assertThat(decoder.decode(png, rows).values()).containsExactly(rows.of(original).values());
  }

  private static Pixels upsideDown(Pixels original) {
    int row = original.width() * Pixels.CHANNELS;
    float[] values = new float[original.values().length];
    for (int y = 0; y < original.height(); y++) {
      System.arraycopy(original.values(), y * row, values, values.length - (y + 1) * row, row);
    }
    return new Pixels(original.height(), original.width(), values);
  }

  /** Expected: tf.image.resize (TensorFlow 2.21.0) for eight columns of 5 × column². */
  @Test
  void shouldResizeAsTensorFlowsPythonDoes() throws RejectedException {
    BufferedImage ramp = new BufferedImage(8, 1, BufferedImage.TYPE_INT_RGB);
    IntStream.range(0, 8).forEach(x -> ramp.setRGB(x, 0, (x * x * 5) << 16));
    byte[] png = TestPictures.encode(ramp, "png");

    assertThat(reds(png, 3, false))
        .containsExactly(new float[] {4.16667f, 62.5f, 190.83336f}, within(1e-3f));
    assertThat(reds(png, 3, true))
        .containsExactly(new float[] {10.26316f, 67.26191f, 177.89474f}, within(1e-3f));
  }

  private static float[] reds(byte[] png, int width, boolean antialias) throws RejectedException {
    try (TensorFlowImageDecoder resizing =
        TestPictures.decoder(TestPictures.description(1, width, antialias, WHOLE))) {
      Pixels pixels = resizing.decode(png);
      float[] reds = new float[width];
      IntStream.range(0, width).forEach(x -> reds[x] = pixels.values()[x * Pixels.CHANNELS]);
      return reds;
    }
  }

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

  /** Several milliseconds a megapixel, whatever the machine. */
  @Test
  void shouldMakeThumbnailsInTheCallingThreadSoThatItsPriorityCounts() throws RejectedException {
    byte[] large = TestPictures.encode(TestPictures.quarters(3_000, 3_000, COLORS), "jpeg");
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadCpuTime();

    decoder.thumbnail(large, 320);

    assertThat(Duration.ofNanos(threads.getCurrentThreadCpuTime() - before))
        .isGreaterThan(Duration.ofMillis(20));
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

  /** None of them reaches libpng, where each could unpack to 8 MB. */
  @Test
  void shouldReadNothingOfAPngButWhatItsPixelsNeed() throws Exception {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    text.write("Comment\0\0".getBytes(StandardCharsets.ISO_8859_1));
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(text)) {
      deflater.write(new byte[1 << 20]);
    }
    byte[] plain = TestPictures.resource("/cards/rgb.png");
    byte[] png = plain;
    for (int i = 0; i < 40; i++) {
      png = withChunk(png, "zTXt", text.toByteArray());
    }
    for (String type : List.of("iCCP", "iCCP", "gAMA", "gAMA", "pHYs", "pHYs", "eXIf", "eXIf")) {
      png = withChunk(png, type, new byte[] {1, 2, 3});
    }

    assertThat(PngFile.read(png).pixels()).isEqualTo(plain);
    assertThat(decoder.decode(png).values()).containsExactly(decoder.decode(plain).values());
  }

  @Test
  void shouldShowPicturesWithBrokenExifDataAsTheyLie() throws RejectedException {
    byte[] exif = TestPictures.exif(3);
    ByteBuffer.wrap(exif).putInt(4, Integer.MAX_VALUE);
    byte[] jpeg = TestPictures.encode(TestPictures.quarters(64, 64, COLORS), "jpeg");

    assertThat(quarters(decoder.decode(TestPictures.withExif(jpeg, exif)))).isEqualTo("RGBW");
  }

  @Test
  void shouldDecodeInSeveralThreadsAtOnce() throws Exception {
    List<byte[]> files =
        List.of("rgb.jpg", "rgba.png", "palette.gif", "rgb-24-bit.bmp", "rgba-lossy.webp").stream()
            .map(name -> TestPictures.resource("/cards/" + name))
            .toList();
    float[][] expected = new float[files.size()][];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = decoder.decode(files.get(i)).values();
    }
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Pixels>> decoded =
          IntStream.range(0, 400)
              .mapToObj(i -> threads.submit(() -> decoder.decode(files.get(i % files.size()))))
              .toList();
      for (int i = 0; i < decoded.size(); i++) {
        assertThat(decoded.get(i).get().values()).containsExactly(expected[i % expected.length]);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static void assertRejected(byte[] image, Rejection reason, String message) {
    assertThatThrownBy(() -> decoder.decode(image))
        .isInstanceOf(RejectedException.class)
        .hasMessageContaining(message)
        .extracting(e -> ((RejectedException) e).reason())
        .isEqualTo(reason);
  }

  private static String quarters(Pixels pixels) {
    StringBuilder letters = new StringBuilder();
    for (int corner : new int[] {0, pixels.width() - 1, 12, 15}) {
      float[] color = Arrays.copyOfRange(pixels.values(), corner * 3, corner * 3 + 3);
      boolean red = color[0] > 127;
      letters.append(red && color[1] > 127 ? 'W' : red ? 'R' : color[1] > 127 ? 'G' : 'B');
    }
    return letters.toString();
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

  /** Inserts a chunk after the header. */
  private static byte[] withChunk(byte[] png, String type, byte[] body) {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 checksum = new CRC32();
    checksum.update(name);
    checksum.update(body);
    return ByteBuffer.allocate(png.length + body.length + 12)
        .put(png, 0, 33)
        .putInt(body.length)
        .put(name)
        .put(body)
        .putInt((int) checksum.getValue())
        .put(png, 33, png.length - 33)
        .array();
  }
}
