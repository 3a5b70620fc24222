package dev.imprint.tensorflow.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.imprint.model.RejectedException;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.model.backbone.View;
import dev.imprint.tensorflow.picture.format.PngFile;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TensorFlowImageDecoderTest extends TensorFlowImageDecoderSteps {
  private static final PictureInput.Crop CENTER = PictureInput.Crop.CENTER;
  private static final Color[] COLORS = {Color.RED, Color.GREEN, Color.BLUE, Color.WHITE};

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

  private static String quarters(Pixels pixels) {
    StringBuilder letters = new StringBuilder();
    for (int corner : new int[] {0, pixels.width() - 1, 12, 15}) {
      float[] color = Arrays.copyOfRange(pixels.values(), corner * 3, corner * 3 + 3);
      boolean red = color[0] > 127;
      letters.append(red && color[1] > 127 ? 'W' : red ? 'R' : color[1] > 127 ? 'G' : 'B');
    }
    return letters.toString();
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

  /** Nine megapixels take longer on any machine; waiting for other threads takes less. */
  @Test
  void shouldMakeThumbnailsInTheCallingThreadSoThatItsPriorityCounts() throws RejectedException {
    byte[] large = TestPictures.encode(TestPictures.quarters(3_000, 3_000, COLORS), "jpeg");
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadCpuTime();

    decoder.thumbnail(large, 320);

    assertThat(Duration.ofNanos(threads.getCurrentThreadCpuTime() - before))
        .isGreaterThan(Duration.ofMillis(5));
  }
}
