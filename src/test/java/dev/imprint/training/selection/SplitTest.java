package dev.imprint.training.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.imprint.event.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SplitTest {
  private static final int PICTURES = 20_000;

  /** These decide what a head may learn from, so no release may ever move them. */
  @ParameterizedTest
  @CsvSource({
    "33333332, 00000000, HOLDOUT",
    "33333334, 19999998, VALIDATION",
    "33333334, 1999999a, TRAINING",
    "ffffffff, ffffffff, TRAINING",
    "FFFFFFFF, 00000000, VALIDATION",
  })
  void shouldFollowFromTheFirstBitsOfThePicturesDigest(String first, String second, Split side) {
    assertThat(Split.of(null, first + second + "0".repeat(48))).isEqualTo(side);
  }

  @Test
  void shouldHoldOutAFifthAndValidateOnATenthOfTheRest() {
    Map<Split, Long> sides =
        IntStream.range(0, PICTURES)
            .mapToObj(i -> Split.of(null, sha256("picture " + i)))
            .collect(Collectors.groupingBy(side -> side, Collectors.counting()));

    assertThat(share(sides, Split.HOLDOUT)).isCloseTo(0.20, within(0.01));
    assertThat(share(sides, Split.VALIDATION)).isCloseTo(0.08, within(0.01));
    assertThat(share(sides, Split.TRAINING)).isCloseTo(0.72, within(0.01));
  }

  @Test
  void shouldKeepAGroupTogetherWhateverItsPictures() {
    for (int group = 0; group < 50; group++) {
      String name = "burst " + group;
      assertThat(IntStream.range(0, 20).mapToObj(i -> Split.of(name, sha256("picture " + i))))
          .containsOnly(Split.of(null, sha256(name)));
    }
  }

  @Test
  void shouldTakeAnEmptyGroupForNone() {
    assertThat(IntStream.range(0, 100).mapToObj(i -> Split.of("", sha256("picture " + i))))
        .contains(Split.TRAINING, Split.HOLDOUT);
  }

  private static double share(Map<Split, Long> sides, Split side) {
    return sides.getOrDefault(side, 0L) / (double) PICTURES;
  }

  private static String sha256(String text) {
    return Sha256.hex(text.getBytes(StandardCharsets.UTF_8));
  }
}
