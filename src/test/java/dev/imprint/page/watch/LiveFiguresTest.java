package dev.imprint.page.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.model.CheckResult.Status;
import dev.imprint.model.Claim;
import dev.imprint.model.Outcome;
import dev.imprint.model.Prediction;
import dev.imprint.model.Role;
import dev.imprint.model.Why;
import dev.imprint.model.head.Score;
import dev.imprint.page.feed.InstanceState;
import dev.imprint.page.feed.LiveAnswers;
import dev.imprint.page.feed.VersionAccuracy;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LiveFiguresTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final InstanceState INSTANCE = new InstanceState(Status.UP, "v2");

  private final LiveFigures figures = new LiveFigures();

  static Prediction prediction(
      @Nullable String label, float confidence, String version, long late) {
    return new Prediction(
        "id",
        label,
        confidence,
        List.of(new Score("nut", confidence)),
        version,
        Role.SERVING,
        new Claim("images", 0, 1, "0".repeat(64)),
        null,
        NOW,
        NOW.plusMillis(late),
        false,
        List.of());
  }

  @Test
  void shouldCountOnlyWhatIsNewASecond() {
    figures.predicted(prediction("nut", 1, "v1", 5), false, NOW);
    for (int i = 0; i < 10; i++) {
      figures.predicted(prediction("nut", 1, "v1", 5), true, NOW);
    }
    figures.deadLetter(true);
    figures.deadLetter(false);

    Figures first = figures.second(NOW, 1.25, INSTANCE, null);

    assertThat(first.images()).isEqualTo(8);
    assertThat(first.deadLetters()).isEqualTo(0.8);
    assertThat(figures.second(NOW, 1, INSTANCE, null).images()).isZero();
    assertThat(figures.history(NOW).images()).containsExactly(8.0, 0.0);
  }

  @Test
  void shouldShowTheLatencyOfTheLastTenSeconds() {
    figures.predicted(prediction("nut", 1, "v1", 9_000), true, NOW.minusSeconds(11));
    for (int i = 1; i <= 100; i++) {
      figures.predicted(prediction("nut", 1, "v1", i), true, NOW);
    }

    assertThat(figures.second(NOW, 1, INSTANCE, null).latency())
        .isEqualTo(new Figures.Latency(50, 95));
    assertThat(figures.second(NOW.plusSeconds(20), 1, INSTANCE, null).latency()).isNull();
  }

  @Test
  void shouldShowTheLatencyOfTheNewestPredictionsIfThereAreMany() {
    for (int i = 0; i < LiveFigures.MOST_LATENCIES; i++) {
      figures.predicted(prediction("nut", 1, "v1", 9_000), true, NOW);
    }
    for (int i = 0; i < LiveFigures.MOST_LATENCIES; i++) {
      figures.predicted(prediction("nut", 1, "v1", 5), true, NOW);
    }

    assertThat(figures.second(NOW, 1, INSTANCE, null).latency())
        .isEqualTo(new Figures.Latency(5, 5));
  }

  @Test
  void shouldShowTheAccuracyOfTheRandomSampleByVersionTheNewestFirst() {
    judged("v1", "nut", true, 3);
    judged("v1", "gear", true, 1);
    judged("v2", "nut", true, 1);
    judged("v1", "nut", false, 50); // chosen by people
    judged("none", null, true, 9); // there was no head

    List<VersionAccuracy> accuracy = figures.second(NOW, 1, INSTANCE, null).accuracy();

    assertThat(accuracy).extracting(VersionAccuracy::version).containsExactly("v2", "v1");
    assertThat(accuracy.get(1).share()).isEqualTo(0.75);
    assertThat(accuracy.get(1).answers()).isEqualTo(4);
    assertThat(accuracy.get(1).interval().low()).isBetween(0.3, 0.31);
  }

  @Test
  void shouldRememberABoundedNumber() {
    judged("v1", "gear", true, LiveAnswers.MOST);
    judged("v2", "nut", true, LiveAnswers.MOST);
    for (int i = 0; i < 1_000; i++) {
      figures.second(NOW, 1, INSTANCE, null);
    }

    assertThat(figures.second(NOW, 1, INSTANCE, null).accuracy()).hasSize(1);
    assertThat(figures.history(NOW).images()).hasSize(300);
  }

  private void judged(String version, @Nullable String predicted, boolean asked, int times) {
    Outcome outcome =
        new Outcome("id", predicted, "nut", 1, version, Role.SERVING, null, Why.RANDOM, NOW, asked);
    for (int i = 0; i < times; i++) {
      figures.judged(outcome);
    }
  }
}
