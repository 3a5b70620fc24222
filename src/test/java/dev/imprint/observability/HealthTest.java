package dev.imprint.observability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.model.CheckResult;
import dev.imprint.model.CheckResult.Status;
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
    health.add("a", () -> new CheckResult(a, "", false));
    health.add("b", () -> new CheckResult(b, "", false));

    assertThat(health.report().status()).isEqualTo(worst);
  }

  @ParameterizedTest
  @CsvSource({
    // of an essential part: status, only a restart helps -> live, ready
    "UP, false, true, true",
    "DEGRADED, false, true, true",
    "DEGRADED, true, false, true",
    "DOWN, false, true, false",
    "DOWN, true, false, false",
  })
  void shouldTellLifeAndReadinessApart(
      Status status, boolean restartHelps, boolean live, boolean ready) {
    health.addEssential("part", () -> new CheckResult(status, "cause", restartHelps));

    Health.Report report = health.report();

    assertThat(report.live()).isEqualTo(live);
    assertThat(report.ready()).isEqualTo(ready);
  }

  @Test
  void shouldStayLiveAndReadyThoughAPartIsDownThatIsNotEssential() {
    health.add("training", () -> CheckResult.down("no labels"));

    Health.Report report = health.report();

    assertThat(report.status()).isEqualTo(Status.DOWN);
    assertThat(report.live()).isTrue();
    assertThat(report.ready()).isTrue();
  }

  @Test
  void shouldNotBeLiveOnceAPartIsDeadWithoutWhichItServes() {
    health.add("training", () -> CheckResult.down("the thread has died").untilRestart());

    Health.Report report = health.report();

    assertThat(report.live()).isFalse();
    assertThat(report.ready()).isTrue();
    assertThat(report.parts())
        .containsEntry(
            "training",
            new CheckResult(Status.DOWN, "the thread has died; restart the service", true));
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
    health.addEssential("streams", () -> now[0]);
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
    health.addEssential("streams", () -> CheckResult.down("starting"));
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
