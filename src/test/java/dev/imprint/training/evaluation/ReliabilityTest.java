package dev.imprint.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.imprint.model.metrics.Calibration;
import org.junit.jupiter.api.Test;

class ReliabilityTest {
  private final Reliability reliability = new Reliability();

  @Test
  void shouldMeasureTheGapInEachBin() {
    add(0.9, 10, 6); // in 0.867 to 0.933
    add(0.5, 10, 5); // in 0.467 to 0.533

    Calibration calibration = reliability.result(1.5);

    assertThat(calibration.temperature()).isEqualTo(1.5);
    assertThat(calibration.error()).isCloseTo(0.5 * 0.3 + 0.5 * 0, within(1e-9));
    assertThat(calibration.bins()).hasSize(2);
    assertThat(calibration.bins().get(1).examples()).isEqualTo(10);
    assertThat(calibration.bins().get(1).confidence()).isCloseTo(0.9, within(1e-9));
    assertThat(calibration.bins().get(1).accuracy()).isCloseTo(0.6, within(1e-9));
  }

  @Test
  void shouldTellWhatAThresholdWouldDo() {
    add(1, 30, 29);
    add(0.8, 10, 8);
    add(0.3, 60, 20);

    Calibration calibration = reliability.result(1);

    assertThat(calibration.thresholds())
        .contains(
            new Calibration.Threshold(0.8, 0.4, 37 / 40.0),
            new Calibration.Threshold(0.99, 0.3, 29 / 30.0));
  }

  @Test
  void shouldSayNothingOfAThresholdThatNoneReaches() {
    add(0.4, 3, 1);

    assertThat(reliability.result(1).thresholds())
        .contains(new Calibration.Threshold(0.5, 0, null));
  }

  private void add(double confidence, int count, int right) {
    for (int i = 0; i < count; i++) {
      reliability.add(confidence, i < right);
    }
  }
}
