package dev.imprint.page.teach;

import static java.util.Comparator.comparingDouble;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.imprint.model.Claim;
import dev.imprint.model.Predictions;
import dev.imprint.model.backbone.Embedding;
import dev.imprint.model.head.Score;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Pictures that turn away from the first one, each by a tenth of a radian. */
class LookAlikesTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final double NEVER_BY_CHANCE = 1;

  private final Map<Claim, Embedding> looks = new HashMap<>();
  private CurrentModel model = new CurrentModel(null, looks);
  private double draw = NEVER_BY_CHANCE;
  private final TeachQueue queue =
      new TeachQueue(
          new AskingRule(
              new Random(1) {
                @Override
                public double nextDouble() {
                  return draw;
                }
              }));

  @Test
  void shouldFindThePicturesThatLookMostLikeOneTheNearestFirst() {
    predict(0, 10);

    List<LookAlike> alike = similar("first", 0, 3);

    assertThat(alike)
        .extracting(LookAlikesTest::claim)
        .containsExactly(claim(1), claim(2), claim(3));
    assertThat(alike.get(0).similarity()).isCloseTo(Math.cos(0.1), within(0.001));
    assertThat(alike).isSortedAccordingTo(comparingDouble(LookAlike::similarity).reversed());
  }

  @Test
  void shouldLeaseThemToOneSessionAlone() {
    predict(0, 10);

    Set<Claim> seen = new HashSet<>();
    for (String session : List.of("first", "second", "third")) {
      similar(session, 0, 3).forEach(each -> assertThat(seen.add(claim(each))).isTrue());
    }

    assertThat(seen).hasSize(9).doesNotContain(claim(0));
    assertThat(similar("late", 0, 3)).isEmpty();
    assertThat(next("late", 20)).containsOnly(claim(0));
    Instant later = NOW.plus(TeachQueue.LEASE).plusMillis(1);
    assertThat(queue.similar(claim(0), "late", 3, later, model)).hasSize(3);
  }

  @Test
  void shouldFindThemAmongWhatTheSessionIsAskedAnyway() {
    predict(0, 10);
    assertThat(next("first", 20)).hasSize(10);

    assertThat(similar("first", 0, 24)).hasSize(9);
    assertThat(similar("second", 0, 24)).isEmpty();
  }

  @Test
  void shouldFindNoneThatAreLabelledSkippedOrDrawnByChance() {
    predict(0, 4);
    draw = 0;
    predict(4, 1);
    queue.settle(claim(1));
    queue.skip(claim(2));

    assertThat(similar("first", 0, 24)).extracting(LookAlikesTest::claim).containsExactly(claim(3));
  }

  @Test
  void shouldFindNoneWithoutEmbeddings() {
    predict(0, 10);
    looks.remove(claim(0));

    assertThat(similar("first", 0, 24)).isEmpty();
    assertThat(similar("first", 1, 24)).hasSize(8);
  }

  @Test
  void shouldGiveBackOnlyWhatTheSessionItselfIsAsked() {
    predict(0, 10);
    List<Claim> claims = similar("first", 0, 4).stream().map(LookAlikesTest::claim).toList();

    queue.release("second", claims);
    assertThat(similar("third", 0, 24)).hasSize(5);
    queue.release("first", claims.subList(0, 2));

    assertThat(similar("third", 0, 24)).hasSize(7);
  }

  @Test
  void shouldLeaseNoMoreThanAnybodyLabels() {
    predict(0, TeachQueue.MOST_LEASED - 5);
    looks.clear(); // chosen by chance, which is quicker
    assertThat(next("first", TeachQueue.MOST_LEASED)).hasSize(TeachQueue.MOST_LEASED - 5);
    predict(5_000, 20);

    assertThat(similar("second", 5_000, 24)).hasSize(5);
  }

  @Test
  void shouldShowThemAsTheModelSeesThemNow() {
    predict(0, 3);
    model = TaughtModel.of(new float[] {9, 0}, looks);

    assertThat(similar("first", 0, 24))
        .hasSize(2)
        .allMatch(each -> each.picture().modelVersion().equals("v2"))
        .allMatch(each -> each.picture().guess().equals("nut"));
  }

  private void predict(int from, int count) {
    for (int i = from; i < from + count; i++) {
      double angle = 0.1 * (i - from);
      looks.put(claim(i), Embedding.of((float) Math.cos(angle), (float) Math.sin(angle)));
      queue.predicted(
          Predictions.of(
              "image-" + i, claim(i), NOW, NOW, new Score("gear", 0.6f), new Score("nut", 0.4f)));
    }
  }

  private List<LookAlike> similar(String session, long offset, int count) {
    return queue.similar(claim(offset), session, count, NOW, model);
  }

  private List<Claim> next(String session, int count) {
    Representatives all = queue.weighing(session, NOW, model).representatives(model, new Margins());
    return queue.next(session, count, NOW, model, all).stream()
        .map(choice -> choice.candidate().prediction().claim())
        .toList();
  }

  private static Claim claim(long offset) {
    return new Claim("images", 0, offset, "0".repeat(64));
  }

  private static Claim claim(LookAlike alike) {
    return claim(alike.picture().prediction().claim().offset());
  }
}
