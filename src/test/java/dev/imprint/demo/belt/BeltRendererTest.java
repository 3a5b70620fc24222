package dev.imprint.demo.belt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS) // a renderer costs as much as many pictures
class BeltRendererTest {
  private static final long SEED = 7;

  private final BeltRenderer renderer = renderer(SEED);

  private static BeltRenderer renderer(long seed) {
    return new BeltRenderer(new SplittableRandom(seed));
  }

  @Test
  void shouldDrawTheSamePicturesFromTheSameSeed() {
    BeltRenderer one = renderer(SEED);
    BeltRenderer other = renderer(SEED);

    for (int i = 0; i < 5; i++) {
      BeltPicture picture = one.next("p", Scene.USUAL);
      BeltPicture again = other.next("p", Scene.USUAL);
      assertThat(again.bytes()).isEqualTo(picture.bytes());
      assertThat(again.truth()).isEqualTo(picture.truth());
    }
  }

  @Test
  void shouldDrawOtherPicturesFromAnotherSeed() {
    assertThat(renderer(SEED).draw(Part.NUT, Scene.USUAL))
        .isNotEqualTo(renderer(SEED + 1).draw(Part.NUT, Scene.USUAL));
  }

  @ParameterizedTest
  @EnumSource(Part.class)
  void shouldShowEachPartOnTheBelt(Part part) throws IOException {
    BufferedImage image = read(renderer.draw(part, Scene.USUAL));

    assertThat(image.getWidth()).isBetween(320, 480);
    assertThat(image.getHeight()).isBetween(240, 360);
    assertThat(contrast(image)).isGreaterThan(20);
  }

  @ParameterizedTest
  @EnumSource(Part.class)
  void shouldCutEachPartFromOneThicknessOfMetal(Part part) {
    AffineTransform pose = AffineTransform.getTranslateInstance(100, 100);
    pose.scale(50, 50);

    Relief relief = Relief.of(part, pose, 50, new SplittableRandom(SEED));

    double covered = 0;
    for (int i = 0; i < relief.cover().length; i++) {
      covered += relief.cover()[i];
      assertThat(relief.height()[i]).isBetween(-0.01f, 15.1f);
    }
    // Of the square around its circle: a screw covers the least, a gear the most.
    assertThat(covered / (100 * 100)).isBetween(0.05, 0.8);
  }

  @Test
  void shouldShowTheLightOfTheScene() throws IOException {
    Scene bright = new Scene(List.of(Part.NUT), new Light(-2.2, 0.9, 1.3, 0, 0));
    Scene dark = new Scene(List.of(Part.NUT), new Light(-2.2, 0.9, 0.5, 0, 0));
    Scene warm = new Scene(List.of(Part.NUT), new Light(-2.2, 0.9, 1.3, 0.9, 0));

    double[] inBright = color(read(renderer(SEED).draw(Part.NUT, bright)));
    double[] inDark = color(read(renderer(SEED).draw(Part.NUT, dark)));
    double[] inWarm = color(read(renderer(SEED).draw(Part.NUT, warm)));

    assertThat(inDark[1]).isLessThan(0.6 * inBright[1]);
    assertThat(inWarm[0] / inWarm[2]).isGreaterThan(1.2 * inBright[0] / inBright[2]);
  }

  @Test
  void shouldThrowTheShadowsOfSlats() throws IOException {
    Scene open = new Scene(List.of(Part.NUT), new Light(-2.2, 0.9, 1.3, 0, 0));
    Scene slats = new Scene(List.of(Part.NUT), new Light(-2.2, 0.9, 1.3, 0, 0.6));

    double[] inOpen = color(read(renderer(SEED).draw(Part.NUT, open)));
    double[] behindSlats = color(read(renderer(SEED).draw(Part.NUT, slats)));

    // Between 1 and 1 - 0.6, as a sine: 0.7 on average.
    assertThat(behindSlats[1] / inOpen[1]).isBetween(0.6, 0.8);
    assertThat(IntStream.range(0, 100).mapToDouble(y -> slats.light().through(0.3, y / 100.0)))
        .allMatch(share -> share >= 0.399 && share <= 1)
        .anyMatch(share -> share < 0.41)
        .anyMatch(share -> share > 0.99);
  }

  @Test
  void shouldBringARunOfANewPart() {
    Scene scene = Scene.USUAL.with(Part.CLIP);

    assertThat(scene.parts()).hasSize(12).containsAll(Part.USUAL);
    assertThat(scene.parts()).filteredOn(Part.CLIP::equals).hasSize(4);
  }

  @Test
  void shouldShowTheScenesPartsAlone() {
    Scene scene = new Scene(List.of(Part.CLIP, Part.GEAR), Light.HALL);

    assertThat(IntStream.range(0, 20).mapToObj(i -> renderer.next("p", scene).truth()))
        .containsOnly("clip", "gear")
        .contains("clip", "gear");
  }

  @Test
  void shouldRefuseASceneWithoutParts() {
    assertThatThrownBy(() -> new Scene(List.of(), Light.HALL))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static BufferedImage read(byte[] bytes) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(bytes));
  }

  /** Means of red, green and blue. */
  private static double[] color(BufferedImage image) {
    double[] sums = new double[3];
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        int rgb = image.getRGB(x, y);
        sums[0] += (rgb >> 16) & 0xff;
        sums[1] += (rgb >> 8) & 0xff;
        sums[2] += rgb & 0xff;
      }
    }
    double pixels = image.getWidth() * (double) image.getHeight();
    return new double[] {sums[0] / pixels, sums[1] / pixels, sums[2] / pixels};
  }

  /** The distance between the brightest and the darkest hundredth of the pixels, in green. */
  private static int contrast(BufferedImage image) {
    int[] levels =
        IntStream.range(0, image.getWidth() * image.getHeight())
            .map(i -> (image.getRGB(i % image.getWidth(), i / image.getWidth()) >> 8) & 0xff)
            .sorted()
            .toArray();
    return levels[levels.length * 99 / 100] - levels[levels.length / 100];
  }
}
