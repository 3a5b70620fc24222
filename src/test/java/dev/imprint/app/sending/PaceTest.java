package dev.imprint.app.sending;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaceTest {
  private static final long MS = 1_000_000;

  @Test
  void shouldSpaceEvenlyFromTheStartOn() {
    Pace pace = new Pace(10, 5 * MS);

    assertThat(pace.untilNext(5 * MS)).isZero();
    assertThat(pace.untilNext(5 * MS)).isEqualTo(100 * MS);
    assertThat(pace.untilNext(145 * MS)).isEqualTo(60 * MS);
  }

  @Test
  void shouldCatchUpAfterADelay() {
    Pace pace = new Pace(10, 0);
    pace.untilNext(0);

    assertThat(pace.untilNext(250 * MS)).isZero();
    assertThat(pace.untilNext(250 * MS)).isZero();
    assertThat(pace.untilNext(250 * MS)).isEqualTo(50 * MS);
  }

  @Test
  void shouldNeverWaitWithoutARate() {
    Pace pace = new Pace(Double.POSITIVE_INFINITY, 0);

    assertThat(pace.untilNext(0)).isZero();
    assertThat(pace.untilNext(0)).isZero();
  }
}
