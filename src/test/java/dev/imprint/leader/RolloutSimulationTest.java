package dev.imprint.leader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.simulation.Seeds;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Leaders, followers and people on a simulated Kafka, by seeded schedules. */
class RolloutSimulationTest {
  @RegisterExtension private static final Seeds seeds = new Seeds();

  @Test
  void shouldHoldInEachOfFourHundredSchedules(TestReporter reporter) {
    seeds.requireNone(0, 400, RolloutSimulationTest::play, reporter);
  }

  @Test
  @Tag("long")
  void shouldHoldInEachOfFourThousandMore(TestReporter reporter) {
    seeds.requireNone(400, 4_400, RolloutSimulationTest::play, reporter);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void shouldFindAPlantedFault(PlantedFault fault, TestReporter reporter) {
    seeds.requireOne(
        0, 300, fault.name(), seed -> new RolloutSimulation(seed, fault).play(), reporter);
  }

  @Test
  void shouldPlayASeedTheSameWayAgain() {
    String first = new RolloutSimulation(0, PlantedFault.NO_FENCING).told();
    String again = new RolloutSimulation(0, PlantedFault.NO_FENCING).told();

    assertThat(again).isNotEmpty().isEqualTo(first);
  }

  private static @Nullable String play(long seed) {
    return new RolloutSimulation(seed, PlantedFault.NONE).play();
  }
}
