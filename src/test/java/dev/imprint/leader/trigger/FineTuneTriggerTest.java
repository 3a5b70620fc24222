package dev.imprint.leader.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.leader.trigger.FineTuneTrigger.Facts;
import dev.imprint.training.FineTuneConfig.Auto;
import dev.imprint.training.FineTuneConfig.When;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FineTuneTriggerTest {
  private static final Instant LAST = Instant.parse("2026-11-24T12:00:00Z");
  private static final double FIRST = Double.POSITIVE_INFINITY;
  private static final List<Double> STALLED = List.of(0.002, 0.0, -0.004);

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
  void shouldStartNothingUnlessThatIsSet(When when) {
    assertThat(trigger(when, 0).due(facts(5_000, STALLED, 0), LAST)).isFalse();
  }

  @Test
  void shouldStartOnceHeadsGainNoMoreAndEnoughLabelsAreNew() {
    assertThat(due(100, STALLED, 0)).isTrue();
    assertThat(due(99, STALLED, 0)).as("too few labels").isFalse();
    assertThat(due(100, List.of(0.0, 0.0), 0)).as("too few heads").isFalse();
    assertThat(due(100, List.of(0.004, 0.004, 0.004), 0)).as("a little each time").isFalse();
    assertThat(due(100, List.of(0.0, 0.0, 0.0, 0.3), 0)).as("long ago").isTrue();
    assertThat(due(100, List.of(0.0, 0.0, FIRST), 0)).as("hardly begun").isFalse();
    assertThat(due(0, STALLED, 0)).as("twice for the same labels").isFalse();
  }

  @ParameterizedTest(name = "after {0} that were refused at {1} labels")
  @CsvSource({"0, 100", "1, 200", "2, 400", "3, 800", "4, 800", "1000, 800"})
  void shouldTakeTwiceAsManyLabelsAfterEachThatWasRefused(int refused, int labels) {
    assertThat(due(labels - 1, STALLED, refused)).isFalse();
    assertThat(due(labels, STALLED, refused)).isTrue();
  }

  @Test
  void shouldNotStartTooSoonAfterAnotherTraining() {
    FineTuneTrigger trigger = trigger(When.AUTO, 10);

    assertThat(trigger.due(facts(100, STALLED, 0), LAST.plusSeconds(599))).isFalse();
    assertThat(trigger.due(facts(100, STALLED, 0), LAST.plusSeconds(600))).isTrue();
  }

  @Test
  void shouldSayWhenItStartsNextAndWhyNotYet() {
    assertThat(trigger(When.NEVER, 0).next(facts(0, STALLED, 0)))
        .isEqualTo("never (training.fine_tune.when)");
    assertThat(trigger(When.ON_COMMAND, 0).next(facts(0, STALLED, 0)))
        .isEqualTo("only on command: imprint retrain --fine-tune");
    assertThat(trigger(When.AUTO, 0).next(facts(30, List.of(0.1), 0)))
        .isEqualTo(
            "once 100 labels are new to the network (30 so far) and the last 3 heads have improved"
                + " macro F1 by less than 0.01 in total (1 trained so far)");
    assertThat(trigger(When.AUTO, 10).next(facts(130, List.of(0.1, 0.02, 0.0), 2)))
        .isEqualTo(
            "once 400 labels are new to the network (130 so far) and the last 3 heads have improved"
                + " macro F1 by less than 0.01 in total (they improved it by 0.120); not before"
                + " 2026-11-24T12:10:00Z; the last 2 were refused, so it waits for 4 times as many"
                + " labels");
    assertThat(trigger(When.AUTO, 0).next(facts(130, List.of(0.1, 0.02, FIRST), 0)))
        .endsWith("(the first version is one of them)");
  }

  private static boolean due(int unlearned, List<Double> gains, int refused) {
    return trigger(When.AUTO, 0).due(facts(unlearned, gains, refused), LAST);
  }

  private static Facts facts(int unlearned, List<Double> gains, int refused) {
    return new Facts(unlearned, gains, refused, LAST);
  }

  private static FineTuneTrigger trigger(When when, int minWait) {
    return new FineTuneTrigger(when, new Auto(100, 3, 0.01), Duration.ofMinutes(minWait), 8);
  }
}
