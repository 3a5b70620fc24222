package dev.imprint.pipeline.learning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.simulation.Seeds;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The last feedback wins, whatever happens to instances, brokers and the topic {@code labels}. */
class LabelSimulationTest {
  private static final int SEARCHED = 1_000;

  @RegisterExtension private static final Seeds seeds = new Seeds();

  @Test
  void shouldHoldInEachOfAHundredAndFiftySchedules(TestReporter reporter) {
    seeds.requireNone(0, 150, LabelSimulationTest::play, reporter);
  }

  @Test
  @Tag("long")
  void shouldHoldInEachOfThreeThousandMore(TestReporter reporter) {
    seeds.requireNone(150, 3_150, LabelSimulationTest::play, reporter);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void shouldFindAPlantedFault(PlantedLabelFault fault, TestReporter reporter) {
    long from = fault.firstSeed();
    seeds.requireOne(
        from,
        from + SEARCHED,
        fault.name(),
        seed -> new LabelSimulation(seed, fault).play(),
        reporter);
  }

  @Test
  void shouldLetTheLastWinAtLeastOnceInEachOfFiftySchedules(TestReporter reporter) {
    seeds.requireNone(0, 50, LabelSimulationTest::playAtLeastOnce, reporter);
  }

  @Test
  @Tag("long")
  void shouldLetTheLastWinAtLeastOnceInEachOfTwoThousandMore(TestReporter reporter) {
    seeds.requireNone(50, 2_050, LabelSimulationTest::playAtLeastOnce, reporter);
  }

  /** In these, a crash loses a tombstone or half of a waiting entry; learning once failed there. */
  @ParameterizedTest
  @ValueSource(longs = {6, 545, 1060})
  void shouldRepeatWhatACrashHasLost(long seed) {
    assertThat(playAtLeastOnce(seed)).isNull();
  }

  @Test
  void shouldPlayASeedTheSameWayAgain() {
    PlantedLabelFault fault = PlantedLabelFault.NO_FENCING;

    String first = new LabelSimulation(fault.firstSeed(), fault).play();
    String again = new LabelSimulation(fault.firstSeed(), fault).play();

    assertThat(again).isNotEmpty().isEqualTo(first);
  }

  private static @Nullable String play(long seed) {
    return new LabelSimulation(seed, PlantedLabelFault.NONE).play();
  }

  private static @Nullable String playAtLeastOnce(long seed) {
    return new AtLeastOnceSimulation(seed).play();
  }
}
