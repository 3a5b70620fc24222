package dev.imprint.tensorflow.picture;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.model.RejectedException;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.tensorflow.BackboneDescription;
import dev.imprint.tensorflow.KerasBackbone;
import dev.imprint.tensorflow.picture.format.PictureFormat;
import dev.imprint.tensorflow.session.TensorFlowConfig;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A picture's kept copy looks like the served one to the backbone, in each format and kind. */
class KeptPicturesTest {
  private static final int MIB = 1 << 20;
  private static final double LEAST_COSINE = 0.995;

  private static KerasBackbone backbone;

  @BeforeAll
  static void open() {
    backbone = KerasBackbone.open(BackboneDescription.bundled(), TensorFlowConfig.DEFAULT);
  }

  @AfterAll
  static void close() {
    backbone.close();
  }

  @TestFactory
  Stream<DynamicTest> shouldKeepOfEachKindWhatWasServed() {
    return kinds().entrySet().stream()
        .map(
            kind ->
                DynamicTest.dynamicTest(
                    kind.getKey(), () -> assertKeptAsServed(kind.getKey(), kind.getValue())));
  }

  private static void assertKeptAsServed(String kind, byte[] file) throws RejectedException {
    byte[] kept = backbone.decoder().shrink(file, MIB);

    double cosine = cosine(embedding(file), embedding(kept));

    System.out.printf("kept as served: %-28s %.4f%n", kind, cosine);
    assertThat(cosine).as("cosine of served and kept %s", kind).isGreaterThan(LEAST_COSINE);
    assertThat(kept.length).isLessThanOrEqualTo(MIB);
  }

  private static Map<String, byte[]> kinds() {
    Map<String, byte[]> kinds = new LinkedHashMap<>();
    for (String folder : List.of("/cards", "/pictures", "/kinds")) {
      for (String name : names(folder)) {
        kinds.put(folder.substring(1) + "/" + name, TestPictures.resource(folder + "/" + name));
      }
    }
    byte[] photograph = TestPictures.resource("/kinds/profile.jpg");
    for (int orientation = 1; orientation <= 8; orientation++) {
      byte[] exif = TestPictures.exif(orientation);
      kinds.put("orientation-" + orientation + ".jpg", TestPictures.withExif(photograph, exif));
    }
    BufferedImage large = grainy(photograph, 2000, 1250);
    for (String format : List.of("jpeg", "png", "bmp", "gif")) {
      kinds.put("large." + format, TestPictures.encode(large, format));
    }
    return kinds;
  }

  private static List<String> names(String folder) {
    String path = requireNonNull(KeptPicturesTest.class.getResource(folder)).getPath();
    String[] names = new File(path).list((in, name) -> name.matches(".*\\.(jpg|png|webp|gif|bmp)"));
    return Arrays.stream(requireNonNull(names)).sorted().toList();
  }

  /** Like a camera in the dark: details finer than the kept pixels must not be lost. */
  private static BufferedImage grainy(byte[] photograph, int width, int height) {
    Random random = new Random(42);
    BufferedImage large = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    large.createGraphics().drawImage(read(photograph), 0, 0, width, height, null);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int rgb = large.getRGB(x, y);
        int grained = 0;
        for (int shift : new int[] {16, 8, 0}) {
          int value = (rgb >> shift & 0xFF) + (int) (4 * random.nextGaussian());
          grained |= Math.min(255, Math.max(0, value)) << shift;
        }
        large.setRGB(x, y, grained);
      }
    }
    return large;
  }

  @ParameterizedTest
  @ValueSource(strings = {"jpeg", "png", "gif", "bmp"})
  void shouldMakeTheLongerSide1024Pixels(String format) throws RejectedException {
    byte[] large =
        TestPictures.encode(new BufferedImage(2048, 1024, BufferedImage.TYPE_3BYTE_BGR), format);

    BufferedImage kept = read(backbone.decoder().shrink(large, MIB));

    assertThat(List.of(kept.getWidth(), kept.getHeight())).containsExactly(1024, 512);
  }

  @Test
  void shouldLeaveTheSizeOfASmallPicture() throws RejectedException {
    byte[] small =
        TestPictures.encode(new BufferedImage(40, 30, BufferedImage.TYPE_3BYTE_BGR), "png");

    assertThat(read(backbone.decoder().shrink(small, MIB)).getWidth()).isEqualTo(40);
  }

  @ParameterizedTest
  @ValueSource(strings = {"jpeg", "png", "gif", "bmp"})
  void shouldShowTheWholePictureInAThumbnail(String format) throws RejectedException {
    byte[] large =
        TestPictures.encode(new BufferedImage(2048, 1024, BufferedImage.TYPE_3BYTE_BGR), format);

    byte[] thumbnail = backbone.decoder().thumbnail(large, 320);

    assertThat(PictureFormat.of(thumbnail)).isEqualTo(PictureFormat.JPEG);
    BufferedImage shown = read(thumbnail);
    assertThat(List.of(shown.getWidth(), shown.getHeight())).containsExactly(320, 160);
  }

  @Test
  void shouldMakeItAJpegRatherThanTooSmall() throws RejectedException {
    byte[] large =
        TestPictures.encode(grainy(TestPictures.resource("/kinds/profile.jpg"), 1200, 900), "png");

    byte[] kept = backbone.decoder().shrink(large, 100_000);

    assertThat(PictureFormat.of(kept)).isEqualTo(PictureFormat.JPEG);
    assertThat(read(kept).getWidth()).isEqualTo(1024);
  }

  /** Resizing without smoothing sees dots as dots, not as the gray of their mean. */
  @Test
  void shouldShowABackboneThatDoesNotSmoothTheSamePixels() throws RejectedException {
    Random random = new Random(42);
    BufferedImage dots = new BufferedImage(2048, 1536, BufferedImage.TYPE_BYTE_BINARY);
    for (int y = 0; y < 1536; y++) {
      for (int x = 0; x < 2048; x++) {
        dots.setRGB(x, y, random.nextBoolean() ? 0xFFFFFF : 0);
      }
    }
    byte[] file = TestPictures.encode(dots, "png");

    Pixels kept = backbone.decoder().decode(backbone.decoder().shrink(file, MIB));

    float[] served = backbone.decoder().decode(file).values();
    double difference = 0;
    for (int i = 0; i < served.length; i++) {
      difference += Math.abs(served[i] - kept.values()[i]) / served.length;
    }
    assertThat(difference).isLessThan(8); // their smoothed mean would be off by 64
  }

  @Test
  void shouldRefuseWhatIsRefusedToServe() {
    byte[] broken = Arrays.copyOf(TestPictures.resource("/cards/rgb.png"), 60);

    List<String> refusals = new ArrayList<>();
    for (Decoding way :
        List.<Decoding>of(
            () -> backbone.decoder().decode(broken),
            () -> backbone.decoder().shrink(broken, MIB))) {
      assertThatThrownBy(way::run)
          .isInstanceOfSatisfying(
              RejectedException.class, e -> refusals.add(e.reason() + e.getMessage()));
    }
    assertThat(refusals.get(0)).isEqualTo(refusals.get(1));
  }

  private interface Decoding {
    Object run() throws RejectedException;
  }

  private static float[] embedding(byte[] file) throws RejectedException {
    return backbone.embed(List.of(backbone.decoder().decode(file)))[0];
  }

  private static double cosine(float[] a, float[] b) {
    double product = 0;
    double squaresOfA = 0;
    double squaresOfB = 0;
    for (int i = 0; i < a.length; i++) {
      product += a[i] * b[i];
      squaresOfA += a[i] * a[i];
      squaresOfB += b[i] * b[i];
    }
    return product / Math.sqrt(squaresOfA * squaresOfB);
  }

  private static BufferedImage read(byte[] file) {
    try {
      return ImageIO.read(new ByteArrayInputStream(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
