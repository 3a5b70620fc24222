package dev.imprint.observability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.model.CheckResult;
import dev.imprint.model.CheckResult.Status;
import dev.imprint.observability.Health.Meaning;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthTest {
  private final Health health = new Health();

  @ParameterizedTest
  @CsvSource({
    // a, b -> the worse
    "UP, UP, UP",
    "UP, DEGRADED, DEGRADED",
    "DOWN, DEGRADED, DOWN",
    "DEGRADED, UP, DEGRADED",
  })
  void shouldBeAsWellAsItsWorstPart(Status a, Status b, Status worst) {
    health.add("a", () -> new CheckResult(a, ""));
    health.add("b", () -> new CheckResult(b, ""));

    assertThat(health.report().status()).isEqualTo(worst);
  }

  @ParameterizedTest
  @CsvSource({
    // status of the part, meaning of DOWN -> live, ready
    "UP, RESTART_HELPS, true, true",
    "UP, NOT_READY, true, true",
    "DEGRADED, RESTART_HELPS, true, true",
    "DEGRADED, NOT_READY, true, true",
    "DOWN, RESTART_HELPS, false, true",
    "DOWN, NOT_READY, true, false",
  })
  void shouldTellLifeAndReadinessApart(
      Status status, Meaning meaning, boolean live, boolean ready) {
    health.add("part", () -> new CheckResult(status, "cause"), meaning);

    Health.Report report = health.report();

    assertThat(report.live()).isEqualTo(live);
    assertThat(report.ready()).isEqualTo(ready);
  }

  @Test
  void shouldStayLiveAndReadyThoughAPartThatMeansNeitherIsDown() {
    health.add("training", () -> CheckResult.down("no labels"));

    Health.Report report = health.report();

    assertThat(report.status()).isEqualTo(Status.DOWN);
    assertThat(report.live()).isTrue();
    assertThat(report.ready()).isTrue();
  }

  @Test
  void shouldNameThePartsInOrderWithTheirCauses() {
    health.add("streams", () -> CheckResult.UP);
    health.add("model", () -> CheckResult.degraded("no head"));

    assertThat(List.copyOf(health.report().parts().keySet())).containsExactly("streams", "model");
    assertThat(health.report().parts()).containsEntry("model", CheckResult.degraded("no head"));
  }

  @Test
  void shouldAskEachPartAnewForEachReport() {
    CheckResult[] now = {CheckResult.down("starting")};
    health.add("streams", () -> now[0], Meaning.NOT_READY);
    assertThat(health.report().ready()).isFalse();

    now[0] = CheckResult.UP;

    assertThat(health.report().ready()).isTrue();
  }

  @Test
  void shouldReportAPartThatCannotBeAskedAsDownBesideTheOthers() {
    health.add(
        "broken",
        () -> {
          throw new IllegalStateException("closed");
        });
    health.add("streams", () -> CheckResult.UP);

    Health.Report report = health.report();

    assertThat(report.parts().get("broken"))
        .isEqualTo(CheckResult.down("its check failed: java.lang.IllegalStateException: closed"));
    assertThat(report.parts()).containsEntry("streams", CheckResult.UP);
  }

  @Test
  void shouldShowAlertsWhatPeopleRead() {
    var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    health.add("streams", () -> CheckResult.down("starting"), Meaning.NOT_READY);
    health.bindTo(registry);
    health.add("model", () -> CheckResult.degraded("no head"));
    health.add("training", () -> CheckResult.UP);

    assertThat(registry.scrape())
        .contains("imprint_health{part=\"streams\"} 0.0")
        .contains("imprint_health{part=\"model\"} 0.5")
        .contains("imprint_health{part=\"training\"} 1.0")
        .contains("imprint_ready 0.0");
  }

  @Test
  void shouldRefuseASecondPartOfTheSameName() {
    health.add("streams", () -> CheckResult.UP);

    assertThatThrownBy(() -> health.add("streams", () -> CheckResult.UP))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("streams");
  }
}
