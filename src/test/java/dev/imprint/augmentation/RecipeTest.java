package dev.imprint.augmentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.augmentation.Augmentation.Flip;
import dev.imprint.event.Sha256;
import dev.imprint.model.InvalidSettingException;
import dev.imprint.model.backbone.Pixels;
import dev.imprint.model.backbone.View;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecipeTest {
  private static final String A = "a".repeat(64);
  private static final String B = "b".repeat(64);
  private static final Augmentation RANGES = Augmentation.DEFAULTS.withViews(3);

  private final Recipe recipe = new Recipe(RANGES, 1);

  @Test
  void shouldGiveTheSameBitsAtAnyTime() {
    String now = bits(recipe.view(A, 0), recipe.view(A, 1), recipe.view(B, 0));

    // Of the first build that drew views: caches and versions depend on them.
    assertThat(now).isEqualTo("7c9dc9644c5d3948e0c95308689bb4a3681c7796a758c557ec03b9c7c6d8e38d");
  }

  @Test
  void shouldDrawOtherNumbersForEachPictureViewAndSeed() {
    assertThat(
            List.of(
                bits(recipe.view(A, 0)),
                bits(recipe.view(A, 1)),
                bits(recipe.view(B, 0)),
                bits(new Recipe(RANGES, 2).view(A, 0))))
        .doesNotHaveDuplicates();
  }

  @Test
  void shouldNameAViewByAllThatItsPixelsDependOn() {
    Augmentation other = new Augmentation(3, Flip.NONE, 0.03, 0.1, 0.2, 0.1, 0.1, 0.2, 0);

    assertThat(recipe.view(A, 2).name()).isEqualTo(recipe.id() + "/2");
    assertThat(Recipe.drew(recipe.id(), recipe.view(A, 2).name())).isTrue();
    assertThat(Recipe.drew(new Recipe(other, 1).id(), recipe.view(A, 2).name())).isFalse();
    assertThat(List.of(recipe.id(), new Recipe(RANGES, 2).id(), new Recipe(other, 1).id()))
        .doesNotHaveDuplicates();
  }

  @Test
  void shouldKeepTheFirstViewsIfThereAreToBeMore() {
    Recipe more = new Recipe(RANGES.withViews(5), 1);

    assertThat(more.views(A, 5)).hasSize(5);
    assertThat(more.id()).isEqualTo(recipe.id());
    assertThat(bits(more.view(A, 2))).isEqualTo(bits(recipe.view(A, 2)));
  }

  @Test
  void shouldNotChangeOtherDrawsWhenOneIsTurnedOff() {
    Augmentation without = new Augmentation(3, Flip.HORIZONTAL, 0, 0.1, 0.2, 0.1, 0.1, 0.2, 0);

    Alteration with = Alteration.drawn(RANGES, new Random(3));
    Alteration less = Alteration.drawn(without, new Random(3));

    assertThat(less.rotation()).isZero();
    assertThat(less.zoom()).isEqualTo(with.zoom());
    assertThat(less.contrast()).isEqualTo(with.contrast());
  }

  @Test
  void shouldShowFewerViewsOfVeryManyExamples() {
    assertThat(RANGES.viewsEach(1000)).isEqualTo(3);
    assertThat(RANGES.viewsEach(20_000)).isEqualTo(2);
    assertThat(RANGES.viewsEach(60_000)).isZero();
    assertThat(Augmentation.DEFAULTS.viewsEach(10)).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          17 | 0.1 | 0 | training.augmentation.views is 17: set 0 (none) to 16 views of each example
          -1 | 0.1 | 0 | training.augmentation.views is -1: set 0 (none) to 16 views of each example
          1 | 0.6 | 0 | training.augmentation.rotation is 0.6: set 0 (off) to 0.5 of a full turn
          1 | NaN | 0 | training.augmentation.rotation is NaN: set 0 (off) to 0.5 of a full turn
          1 | 0.1 | 11 | training.augmentation.blur is 11.0: set 0 (off) to 10.0 pixels
          1 | 0 | 0 | training.augmentation.views is 1: set 0, or turn on flip or another change; \
          all are off, so a view would be the original
          """)
  void shouldNameKeyValueAndFix(int views, double rotation, double blur, String message) {
    assertThatThrownBy(() -> new Augmentation(views, Flip.NONE, rotation, 0, 0, 0, 0, 0, blur))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessage(message);
  }

  private static String bits(View... views) {
    Random random = new Random(5);
    float[] values = new float[16 * 20 * 3];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(256);
    }
    Pixels picture = new Pixels(16, 20, values);
    return Sha256.ofFloats(List.of(views).stream().map(view -> view.of(picture).values()).toList());
  }
}
