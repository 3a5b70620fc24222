package dev.imprint.page.teach;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.model.Claim;
import dev.imprint.model.backbone.Embedding;
import java.util.AbstractMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which pictures are asked for first. */
class AskingRuleTest extends TeachQueueSteps {
  @Test
  void shouldCoverThePredictedLabelsWithFewestLabelsFirst() {
    for (int i = 0; i < 5; i++) {
      queue.labelled(label(1000 + i, "nut"));
    }
    predict(0, 100, "nut", 0.01f);
    predict(100, 40, "gear", 0.9f);

    List<AskingRule.Choice> chosen =
        next("first", 10, NOW).stream().filter(c -> c.reason() != AskReason.RANDOM).toList();

    assertThat(chosen).allMatch(choice -> choice.reason() == AskReason.COVERAGE);
    assertThat(chosen.subList(0, 5)).allMatch(choice -> guess(choice).equals("gear"));
  }

  @Test
  void shouldAskForSmallMarginsOnceThereAreLabels() {
    enoughLabels();
    predict(0, 100, "nut", 0.9f);
    predict(100, 10, "gear", 0.05f);
    predict(110, 10, "nut", 0.06f);

    List<AskingRule.Choice> chosen =
        next("first", 10, NOW).stream().filter(c -> c.reason() != AskReason.RANDOM).toList();

    assertThat(chosen).allMatch(choice -> choice.reason() == AskReason.UNCERTAIN);
    assertThat(chosen).allMatch(choice -> choice.candidate().margin() < 0.1f);
    Map<String, Long> byGuess = chosen.stream().collect(groupingBy(c -> guess(c), counting()));
    assertThat(Math.abs(byGuess.getOrDefault("gear", 0L) - byGuess.getOrDefault("nut", 0L)))
        .as("spread")
        .isLessThan(2);
  }

  @Test
  void shouldKeepARandomShareApart() {
    enoughLabels();
    predict(0, 1500, "nut", 0.9f);

    long random =
        next("first", 600, NOW).stream().filter(c -> c.reason() == AskReason.RANDOM).count();

    assertThat(random).isBetween(35L, 90L); // 60 of 600, give or take three deviations
  }

  @Test
  void shouldAskForOneOfEachKindThatLooksDifferentBeforeAnythingIsKnown() {
    predict(0, 90, "", 0);
    look(0, 80, 1, 0, 0);
    look(80, 8, 0, 1, 0);
    look(88, 2, 0, 0, 1);

    List<AskingRule.Choice> chosen = next("first", 8, NOW);

    List<Long> kinds =
        chosen.stream().filter(c -> c.reason() == AskReason.COVERAGE).map(this::kind).toList();
    assertThat(kinds.subList(0, 3)).containsExactly(0L, 1L, 2L);
  }

  @Test
  void shouldNotAskForWhatLooksLikeWhatWasAskedBefore() {
    predict(0, 60, "", 0);
    look(0, 50, 1, 0, 0);
    look(50, 10, 0, 1, 0);
    queue.settle(claim(0));

    List<AskingRule.Choice> chosen = next("first", 8, NOW);

    assertThat(chosen.stream().filter(c -> c.reason() == AskReason.COVERAGE).map(this::kind))
        .startsWith(1L);
  }

  @Test
  void shouldAskForThoseOfWhichTheModelIsUnsureNowAndSayWhatItSees() {
    for (int i = 0; i < 60; i++) {
      queue.labelled(label(10_000 + i, i % 2 == 0 ? "nut" : "gear"));
    }
    predict(0, 100, "other", 0.9f);
    look(0, 50, 1, 0, 0);
    look(50, 50, 0, 1, 0);
    model = TaughtModel.of(new float[] {9, 0.1f, 0}, looks);

    AskablePicture first =
        next("first", 8, NOW).stream()
            .filter(c -> c.reason() == AskReason.UNCERTAIN)
            .findFirst()
            .orElseThrow()
            .candidate();

    assertThat(first.prediction().claim().offset()).isGreaterThanOrEqualTo(50);
    assertThat(first.guess()).isEqualTo("nut");
    assertThat(first.margin()).isLessThan(0.1f);
    assertThat(first.modelVersion()).isEqualTo("v2");
  }

  @Test
  void shouldLookAtEachPictureOnceWithEachHead() {
    predict(0, 20, "other", 0.9f);
    look(0, 20, 1, 0, 0);
    List<AskablePicture> pictures = queue.weighing("first", NOW, model).from().stream().toList();
    AtomicInteger looked = new AtomicInteger();
    Map<Claim, Embedding> counted =
        new HashMap<>(looks) {
          private static final long serialVersionUID = 1;

          @Override
          public @Nullable Embedding get(Object claim) {
            looked.incrementAndGet();
            return super.get(claim);
          }
        };
    CurrentModel before = TaughtModel.of(new float[] {9, 0.1f, 0}, counted);
    Map<Claim, Float> certain = margins.of(pictures, before);

    assertThat(margins.of(pictures, before)).isEqualTo(certain).hasSize(20);
    assertThat(looked).hasValue(20);

    CurrentModel other = TaughtModel.of(new float[] {0.1f, 9, 0}, counted); // of the same name
    assertThat(margins.of(pictures, other)).isNotEqualTo(certain);
    assertThat(looked).hasValue(40);
  }

  @Test
  void shouldAskOneSampleOfManyPicturesAndAllOfThemInTheEnd() {
    predict(0, 1_000, "", 0);
    Random drawn = new Random(7);
    for (int i = 0; i < 1_000; i++) {
      look(i, 1, drawn.nextFloat(), drawn.nextFloat(), drawn.nextFloat());
    }

    Set<Claim> seen = new HashSet<>();
    for (int i = 0; i < 125; i++) {
      next("first", 8, NOW).forEach(choice -> seen.add(claim(choice)));
    }

    assertThat(seen).hasSize(1_000);
  }

  @Test
  void shouldCompareNoPicturesWhileNoneCanBeAskedFor() {
    predict(0, 1, "nut", 0.1f);
    next("first", 1, NOW);
    Map<Claim, Embedding> untouched =
        new AbstractMap<>() {
          @Override
          public Set<Entry<Claim, Embedding>> entrySet() {
            throw new AssertionError("looked at embeddings for nothing");
          }
        };
    model = new CurrentModel(null, untouched);

    assertThat(next("second", 1, NOW)).isEmpty();
  }

  /** The number of the embedding that is not 0. */
  private long kind(AskingRule.Choice choice) {
    float[] numbers = Objects.requireNonNull(looks.get(claim(choice))).numbers();
    return numbers[0] > 0 ? 0 : numbers[1] > 0 ? 1 : 2;
  }

  private void enoughLabels() {
    for (int i = 0; i < 20; i++) {
      queue.labelled(label(10_000 + i, i % 2 == 0 ? "nut" : "gear"));
    }
  }

  private static String guess(AskingRule.Choice choice) {
    return choice.candidate().guess();
  }
}
