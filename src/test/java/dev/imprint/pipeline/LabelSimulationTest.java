package dev.imprint.pipeline;

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
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** The last feedback wins, whatever happens to instances, brokers and the topic {@code labels}. */
class LabelSimulationTest {
  private static final int SEARCHED = 1_000;
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
  void shouldHoldInEachOfAHundredAndFiftySchedules(TestReporter reporter) {
    play(0, 150, reporter);
  }

  @Test
  @Tag("long")
  void shouldHoldInEachOfThreeThousandMore(TestReporter reporter) {
    play(150, 3_150, reporter);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void shouldFindAPlantedFault(PlantedLabelFault fault, TestReporter reporter) {
    long from = fault.firstSeed();
    for (long seed = from; seed < from + SEARCHED; seed++) {
      String violation = new LabelSimulation(seed, fault).play();
      if (violation != null) {
        reporter.publishEntry(
            fault.name(), "seed %d: %s".formatted(seed, violation.lines().findFirst().orElse("")));
        return;
      }
    }
    throw new AssertionError(fault + " is not found");
  }

  @Test
  void shouldLetTheLastWinAtLeastOnceInEachOfFiftySchedules() {
    playAtLeastOnce(0, 50);
  }

  @Test
  @Tag("long")
  void shouldLetTheLastWinAtLeastOnceInEachOfTwoThousandMore() {
    playAtLeastOnce(50, 2_050);
  }

  /** In these, a crash loses a tombstone or half of a waiting entry; learning once failed there. */
  @ParameterizedTest
  @ValueSource(longs = {6, 545, 1060})
  void shouldRepeatWhatACrashHasLost(long seed) {
    playAtLeastOnce(seed, seed + 1);
  }

  private static void playAtLeastOnce(long from, long to) {
    for (long seed = from; seed < to; seed++) {
      assertThat(new AtLeastOnceSimulation(seed).play()).as("seed %d", seed).isNull();
    }
  }

  @Test
  void shouldPlayASeedTheSameWayAgain() {
    PlantedLabelFault fault = PlantedLabelFault.NO_FENCING;

    String first = new LabelSimulation(fault.firstSeed(), fault).play();
    String again = new LabelSimulation(fault.firstSeed(), fault).play();

    assertThat(again).isNotEmpty().isEqualTo(first);
  }

  private static void play(long from, long to, TestReporter reporter) {
    long start = System.nanoTime();
    for (long seed = from; seed < to; seed++) {
      assertThat(new LabelSimulation(seed, PlantedLabelFault.NONE).play())
          .as("seed %d", seed)
          .isNull();
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    reporter.publishEntry("schedules per second", "%.0f".formatted((to - from) / seconds));
  }
}
