package dev.imprint.augmentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.imprint.augmentation.Augmentation.Flip;
import dev.imprint.model.backbone.Pixels;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AlterationTest {
  private static final Pixels PICTURE = picture(5, 7);

  @Test
  void shouldLeaveThePictureAloneWhereNothingIsDrawn() {
    assertThat(Alteration.NONE.apply(PICTURE)).isSameAs(PICTURE);
    assertThat(Affine.IDENTITY.sampled(PICTURE).values()).containsExactly(PICTURE.values());
  }

  @Test
  void shouldGiveTheSameBitsIfFlippedTwice() {
    Alteration flip = new Alteration(true, true, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0);

    Pixels once = flip.apply(PICTURE);

    assertThat(red(once, 0, 0)).isEqualTo(red(PICTURE, 6, 4));
    assertThat(flip.apply(once).values()).containsExactly(PICTURE.values());
  }

  @Test
  void shouldTurnByAQuarter() {
    Pixels square = picture(5, 5);
    Alteration quarter = new Alteration(false, false, Math.PI / 2, 1, 1, 0, 0, 0, 0, 0, 1, 0);

    Pixels turned = quarter.apply(square);

    for (int y = 0; y < 5; y++) {
      for (int x = 0; x < 5; x++) {
        assertThat(red(turned, x, y)).isCloseTo(red(square, 4 - y, x), within(1e-3f));
      }
    }
  }

  @Test
  void shouldEnlargeTheHalfThatRemainsAfterCropping() {
    Pixels wide = picture(1, 8);
    Alteration rightHalf = new Alteration(false, false, 0, 1, 0.5, 1, 0, 0, 0, 0, 1, 0);

    Pixels cropped = rightHalf.apply(wide);

    // Positions 3.75, 4.25 … 7.25 of the original; the last is beyond its last center.
    assertThat(red(cropped, 0, 0)).isCloseTo(between(wide, 3, 4, 0.75f), within(1e-3f));
    assertThat(red(cropped, 6, 0)).isCloseTo(between(wide, 6, 7, 0.75f), within(1e-3f));
    assertThat(red(cropped, 7, 0)).isCloseTo(red(wide, 7, 0), within(1e-3f));
  }

  @Test
  void shouldReflectWhatLiesBeyondTheEdges() {
    assertThat(IntStream.range(-7, 8).map(index -> Affine.reflected(index, 3)))
        .containsExactly(0, 0, 1, 2, 2, 1, 0, 0, 1, 2, 2, 1, 0, 0, 1);
  }

  @Test
  void shouldBlurWithoutChangingTheMeanOfAFlatPicture() {
    float[] flat = new float[5 * 7 * 3];
    Arrays.fill(flat, 100);
    float[] dot = flat.clone();
    dot[(2 * 7 + 3) * 3] = 200;

    Pixels unchanged = Photometry.blurred(new Pixels(5, 7, flat), 1.3);
    Pixels spread = Photometry.blurred(new Pixels(5, 7, dot), 0.5);

    for (float value : unchanged.values()) {
      assertThat(value).isCloseTo(100, within(1e-3f));
    }
    assertThat(red(spread, 3, 2)).isBetween(130f, 190f);
    assertThat(red(spread, 2, 2)).isEqualTo(red(spread, 4, 2)).isEqualTo(red(spread, 3, 1));
    assertThat(red(spread, 2, 2)).isBetween(100f, red(spread, 3, 2));
  }

  @Test
  void shouldKeepValuesInTheirRange() {
    Augmentation strong =
        new Augmentation(1, Flip.HORIZONTAL_AND_VERTICAL, 0.5, 0.9, 0.9, 1, 1, 1, 3);
    Random random = new Random(1);

    for (int i = 0; i < 200; i++) {
      Pixels altered = Alteration.drawn(strong, random).apply(PICTURE);
      assertThat(altered.values()).hasSize(PICTURE.values().length);
      for (float value : altered.values()) {
        assertThat(value).isBetween(0f, 255f);
      }
    }
  }

  @Test
  void shouldStayWithinTheRanges() {
    Augmentation ranges = new Augmentation(1, Flip.VERTICAL, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7);
    Random random = new Random(1);
    List<Alteration> drawn =
        IntStream.range(0, 1000).mapToObj(i -> Alteration.drawn(ranges, random)).toList();

    assertThat(drawn)
        .allSatisfy(
            its -> {
              assertThat(its.mirrored()).isFalse();
              assertThat(Math.abs(its.rotation())).isLessThanOrEqualTo(0.2 * Math.PI);
              assertThat(its.zoom()).isBetween(0.8, 1.2);
              assertThat(its.side()).isBetween(0.7, 1.0);
              assertThat(its.right()).isBetween(-0.4, 0.4);
              assertThat(its.down()).isBetween(-0.4, 0.4);
              assertThat(its.brightness()).isBetween(-127.5, 127.5);
              assertThat(its.contrast()).isBetween(0.4, 1.6);
              assertThat(its.blur()).isBetween(0.0, 0.7);
            });
    assertThat(drawn.stream().filter(Alteration::upsideDown).count()).isBetween(430L, 570L);
    assertThat(drawn.stream().filter(its -> its.zoom() > 1.1).count()).isBetween(200L, 300L);
  }

  private static Pixels picture(int height, int width) {
    Random random = new Random(height);
    float[] values = new float[height * width * 3];
    for (int i = 0; i < values.length; i++) {
      values[i] = 255 * random.nextFloat();
    }
    return new Pixels(height, width, values);
  }

  private static float red(Pixels pixels, int x, int y) {
    return pixels.values()[(y * pixels.width() + x) * 3];
  }

  private static float between(Pixels pixels, int left, int right, float part) {
    return (1 - part) * red(pixels, left, 0) + part * red(pixels, right, 0);
  }
}
