package dev.imprint.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.buffer.Example;
import dev.imprint.event.HeadFile;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.head.DenseHead;
import dev.imprint.rollout.Versions;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeadComparisonTest {
  private static final List<Example> SEEN = examples(-3, -2, -1, 1, 2, 3);

  @Test
  void shouldFindNoDifferenceBetweenAHeadAndItself() {
    HeadComparison comparison = compare(head(1), head(1), SEEN, SEEN);

    assertThat(comparison).isEqualTo(new HeadComparison(1, 4, 0, 0, 0));
  }

  @Test
  void shouldCountOtherNumbersAndOtherAnswers() {
    HeadComparison comparison = compare(head(1), head(-1), SEEN, SEEN);

    assertThat(comparison).isEqualTo(new HeadComparison(1, 4, 2, 2, 6));
  }

  /** Each is read back for itself, and people delete pictures meanwhile. */
  @Test
  void shouldCompareTheAnswersForPicturesThatBothNetworksSaw() {
    List<Example> withoutFirst = SEEN.subList(1, 6);
    List<Example> withoutLast = SEEN.subList(0, 5);

    assertThat(compare(head(1), head(1), SEEN, withoutFirst).otherAnswers()).isZero();
    assertThat(compare(head(1), head(1), withoutFirst, SEEN).otherAnswers()).isZero();
    assertThat(compare(head(1), head(-1), withoutLast, withoutFirst).otherAnswers()).isEqualTo(4);
  }

  private static HeadComparison compare(
      DenseHead published, DenseHead again, List<Example> then, List<Example> now) {
    return HeadComparison.of(
        new HeadFile("v", published, List.of()), Versions.candidate(again, true), then, now);
  }

  /** Answers "plus" to numbers of the weight's sign. */
  private static DenseHead head(float weight) {
    return new DenseHead(
        "trunk", List.of("minus", "plus"), new float[] {-weight, weight}, new float[] {0, 0});
  }

  private static List<Example> examples(int... numbers) {
    return Arrays.stream(numbers)
        .mapToObj(n -> new Example("image" + n, "plus", "ab", null, Instant.EPOCH, Embedding.of(n)))
        .toList();
  }
}
