package dev.imprint.leader.trigger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.imprint.leader.Triggers;
import dev.imprint.leader.trigger.Trigger.Facts;
import dev.imprint.leader.trigger.Trigger.Labels;
import dev.imprint.model.ModelVersion.Judgement;
import dev.imprint.model.ModelVersion.TrainingStart;
import dev.imprint.model.metrics.Calibration;
import dev.imprint.model.metrics.Metrics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TriggerTest {
  private static final Instant LAST = Instant.parse("2026-11-24T12:00:00Z");

  /** Labels that the last training had: more than any trigger here waits for. */
  private static final int MANY = 1_000;

  @ParameterizedTest(name = "{4}")
  @CsvSource({
    "50, 60, 49, 59, neither is reached",
    "50, 60, 0, 600, nothing is new",
    "50, 0, 49, 600, time alone is not enough",
    "0, 60, 5000, 59, number alone is not enough",
    "0, 0, 5000, 600, both are off: on command alone"
  })
  void shouldNotTrain(int newLabels, int maxWait, int labels, int minutes, String why) {
    assertThat(due(trigger(newLabels, 0, maxWait), labels, minutes, 0)).as(why).isNull();
  }

  @ParameterizedTest(name = "{5}")
  @CsvSource({
    "50, 60, 50, 0, LABELS, there are enough",
    "50, 60, 1, 60, TIME, one has waited long enough",
    "50, 0, 51, 0, LABELS, there are enough",
    "0, 60, 1, 61, TIME, one has waited long enough"
  })
  void shouldTrain(
      int newLabels, int maxWait, int labels, int minutes, TrainingStart start, String why) {
    assertThat(due(trigger(newLabels, 0, maxWait), labels, minutes, 0)).as(why).isEqualTo(start);
  }

  @Test
  void shouldNotTrainAgainTooSoon() {
    Trigger trigger = trigger(50, 10, 60);

    assertThat(due(trigger, 500, 9, 0)).isNull();
    assertThat(due(trigger, 500, 10, 0)).isEqualTo(TrainingStart.LABELS);
  }

  @ParameterizedTest(name = "after {0} that brought nothing, {1} times as long")
  @CsvSource({"0, 1", "1, 1", "2, 2", "3, 4", "4, 8", "5, 8", "1000, 8"})
  void shouldWaitLongerIfTrainingsBringNothing(int fruitless, int times) {
    Trigger trigger = trigger(50, 0, 60);

    assertThat(due(trigger, 50 * times - 1, 60 * times - 1, fruitless)).isNull();
    assertThat(due(trigger, 50 * times, 0, fruitless)).isEqualTo(TrainingStart.LABELS);
    assertThat(due(trigger, 1, 60 * times, fruitless)).isEqualTo(TrainingStart.TIME);
  }

  @Test
  void shouldNeverWaitLongerIfThatIsSet() {
    Trigger trigger = Triggers.after(50);

    assertThat(due(trigger, 50, 0, 9)).isEqualTo(TrainingStart.LABELS);
  }

  @Test
  void shouldTrainSoonerIfTheAccuracyDrops() {
    Trigger trigger = new Trigger(50, Duration.ZERO, Duration.ZERO, 0.1, 8, 0);

    assertThat(trigger.due(facts(10, 0, false), LAST)).isNull();
    assertThat(trigger.due(facts(9, 0, true), LAST)).isNull();
    assertThat(trigger.due(facts(10, 0, true), LAST)).isEqualTo(TrainingStart.ACCURACY_DROP);
    assertThat(trigger.due(facts(10, 2, true), LAST)).as("no drop helps").isNull();
    assertThat(trigger.due(facts(20, 2, true), LAST)).isEqualTo(TrainingStart.ACCURACY_DROP);
  }

  /** Otherwise a threshold alone would look like a drop, or hide one. */
  @Test
  void shouldExpectOnlyTheRightAnswersThatReachTheThreshold() {
    Metrics metrics = new Metrics(100, 0.7, 0, 0, 0, List.of(), List.of());
    Calibration calibration =
        new Calibration(
            1,
            0,
            List.of(new Calibration.Bin(200, 0.965, 0.97)),
            List.of(
                new Calibration.Threshold(0.9, 1, 0.97),
                new Calibration.Threshold(0.95, 0.5, 0.98),
                new Calibration.Threshold(0.99, 0, null)));
    Judgement judgement = new Judgement(true, "", metrics, null, calibration);
    Judgement old = new Judgement(true, "", metrics, null, null);

    assertThat(below(0, judgement)).isCloseTo(0.6, within(1e-9));
    assertThat(below(0.9f, judgement)).isCloseTo(0.87, within(1e-9));
    assertThat(below(0.95f, judgement)).isCloseTo(0.39, within(1e-9));
    assertThat(below(0.93f, judgement)).as("between two").isCloseTo(0.39, within(1e-9));
    assertThat(below(0.3f, judgement)).as("below all").isCloseTo(0.87, within(1e-9));
    assertThat(below(0.99f, judgement)).as("no answer reaches it").isZero();
    assertThat(below(0.8f, old)).as("not calibrated").isZero();
  }

  private static double below(float threshold, Judgement judgement) {
    return new Trigger(50, Duration.ZERO, Duration.ZERO, 0.1, 8, threshold).dropsBelow(judgement);
  }

  @Test
  void shouldTrainTheFirstHeadAsSoonAsOneCanBe() {
    Trigger trigger = trigger(50, 0, 60);

    assertThat(trigger.due(first(5, false), LAST)).isNull();
    assertThat(trigger.due(first(60, false), LAST.plusSeconds(3600))).as("all of a kind").isNull();
    assertThat(trigger.due(first(6, true), LAST)).isEqualTo(TrainingStart.LABELS);
    assertThat(trigger(0, 0, 60).due(first(6, true), LAST)).as("their number never does").isNull();
    Facts beside = new Facts(new Labels(49, 0, true), true, LAST, 0, false);
    assertThat(trigger.due(beside, LAST)).as("a head from a file serves").isNull();
  }

  @ParameterizedTest(name = "after {0} at {1} more")
  @CsvSource({"6, 6", "12, 12", "24, 24", "48, 48", "96, 50", "5000, 50"})
  void shouldTrainWheneverTheLabelsHaveDoubledUntilThatIsMoreThanIsSet(int learned, int needed) {
    Trigger trigger = trigger(50, 0, 0);

    assertThat(trigger.due(after(learned, needed - 1, 0), LAST)).isNull();
    assertThat(trigger.due(after(learned, needed, 0), LAST)).isEqualTo(TrainingStart.LABELS);
    assertThat(trigger.due(after(learned, 2 * needed - 1, 2), LAST)).as("in vain twice").isNull();
  }

  @Test
  void shouldSayWhenItTrainsNextAndWhy() {
    assertThat(trigger(50, 5, 60).next(first(5, false)))
        .isEqualTo("as soon as there are enough labels for a first version (5 so far)");
    assertThat(trigger(50, 0, 0).next(after(13, 4, 0))).isEqualTo("at 13 new labels (4 so far)");
    assertThat(trigger(50, 0, 60).next(facts(12, 0, false)))
        .isEqualTo("at 50 new labels (12 so far), or at 2026-11-24T13:00:00Z if there is one");
    assertThat(trigger(50, 5, 0).next(facts(12, 3, false)))
        .isEqualTo(
            "at 200 new labels (12 so far); not before 2026-11-24T12:05:00Z; the last 3 heads"
                + " were refused, so it waits 4 times as long");
    assertThat(new Trigger(50, Duration.ZERO, Duration.ZERO, 0.1, 8, 0).next(facts(null)))
        .isEqualTo("at 50 new labels (12 so far), or at 10 if the live accuracy drops");
    assertThat(trigger(0, 0, 60).next(facts(null))).isEqualTo("within 60 minutes if there is one");
    assertThat(trigger(0, 0, 0).next(facts(LAST))).isEqualTo("only on command: imprint retrain");
  }

  private static Facts facts(@Nullable Instant last) {
    return new Facts(new Labels(12, MANY, true), true, last, 0, false);
  }

  private static Facts facts(int labels, int fruitless, boolean dropped) {
    return new Facts(new Labels(labels, MANY, true), true, LAST, fruitless, dropped);
  }

  /** Without a version. */
  private static Facts first(int labels, boolean enough) {
    return new Facts(new Labels(labels, 0, enough), false, LAST, 0, false);
  }

  private static Facts after(int learned, int labels, int fruitless) {
    return new Facts(new Labels(labels, learned, true), true, LAST, fruitless, false);
  }

  private static Trigger trigger(int newLabels, int minWait, int maxWait) {
    return new Trigger(
        newLabels, Duration.ofMinutes(minWait), Duration.ofMinutes(maxWait), 0, 8, 0);
  }

  private static @Nullable TrainingStart due(
      Trigger trigger, int labels, int minutes, int fruitless) {
    Instant now = LAST.plus(Duration.ofMinutes(minutes));
    return trigger.due(facts(labels, fruitless, false), now);
  }
}
