package dev.imprint.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** Leaders, followers and people on a simulated Kafka, by seeded schedules. */
class RolloutSimulationTest {
  private static final Logger LOG = (Logger) LoggerFactory.getLogger("dev.imprint");
  private static @Nullable Level level;

  @BeforeAll
  static void silence() {
    level = LOG.getLevel();
    LOG.setLevel(Level.OFF);
  }

  @AfterAll
  static void speak() {
    LOG.setLevel(level);
  }

  @Test
  void shouldHoldInEachOfFourHundredSchedules(TestReporter reporter) {
    play(0, 400, reporter);
  }

  @Test
  @Tag("long")
  void shouldHoldInEachOfFourThousandMore(TestReporter reporter) {
    play(400, 4_400, reporter);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void shouldFindAPlantedFault(PlantedFault fault, TestReporter reporter) {
    for (long seed = 0; seed < 300; seed++) {
      String violation = new RolloutSimulation(seed, fault).play();
      if (violation != null) {
        reporter.publishEntry(
            fault.name(), "seed %d: %s".formatted(seed, violation.lines().findFirst().orElse("")));
        return;
      }
    }
    throw new AssertionError(fault + " is not found");
  }

  @Test
  void shouldPlayASeedTheSameWayAgain() {
    String first = new RolloutSimulation(0, PlantedFault.NO_FENCING).told();
    String again = new RolloutSimulation(0, PlantedFault.NO_FENCING).told();

    assertThat(again).isNotEmpty().isEqualTo(first);
  }

  private static void play(long from, long to, TestReporter reporter) {
    long start = System.nanoTime();
    for (long seed = from; seed < to; seed++) {
      assertThat(new RolloutSimulation(seed, PlantedFault.NONE).play())
          .as("seed %d", seed)
          .isNull();
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    reporter.publishEntry("schedules per second", "%.0f".formatted((to - from) / seconds));
  }
}
