package dev.imprint.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BatchTimesTest {
  private static final Duration TICK = RunningClock.TICK;

  private long now = -5; // System.nanoTime() may be negative, too
  private final RunningClock clock = new RunningClock(() -> now);
  private final BatchTimes times = new BatchTimes(clock);

  @Test
  void shouldMeasureABatchHoweverLong() {
    assertThat(times.time(() -> run(Duration.ofMinutes(2)))).isEqualTo(Duration.ofMinutes(2));
    assertThat(times.slowest()).isEqualTo(Duration.ofMinutes(2));
  }

  @Test
  void shouldNotTakeAPauseOfTheProcessForAPartOfTheBatch() {
    Duration time =
        times.time(
            () -> {
              run(Duration.ofMillis(300));
              stop(Duration.ofSeconds(35));
              run(Duration.ofMillis(200));
            });

    assertThat(time).isBetween(Duration.ofMillis(500), Duration.ofSeconds(2));
  }

  @Test
  void shouldNotCountAPauseRightBeforeTheEnd() {
    Duration time = times.time(() -> stop(Duration.ofMinutes(10)));

    assertThat(time).isLessThan(Duration.ofSeconds(2));
  }

  @Test
  void shouldLetWhatWasSlowOnceWearOff() {
    times.time(() -> run(Duration.ofSeconds(30)));
    assertThat(times.slowest()).isEqualTo(Duration.ofSeconds(30));

    for (int batch = 0; batch < 200; batch++) {
      times.time(() -> run(Duration.ofMillis(100)));
    }

    assertThat(times.slowest()).isLessThan(Duration.ofMillis(200));
  }

  @Test
  void shouldForgetWhatNoTransactionIsLongEnoughFor() {
    times.time(() -> run(Duration.ofSeconds(30)));

    times.forget();

    assertThat(times.slowest()).isZero();
  }

  @Test
  void shouldTellHowLongABatchHasBeenUnderWay() {
    times.time(
        () -> {
          run(Duration.ofSeconds(7));
          assertThat(times.longestUnderWay()).isEqualTo(Duration.ofSeconds(7));
        });

    assertThat(times.longestUnderWay()).isZero();
  }

  @Test
  void shouldTellWhetherABatchIsRunning() {
    assertThat(times.isBusy()).isFalse();

    times.time(() -> assertThat(times.isBusy()).isTrue());

    assertThat(times.isBusy()).isFalse();
  }

  @Test
  void shouldNotCountABatchThatFailed() {
    assertThatThrownBy(
            () ->
                times.time(
                    () -> {
                      run(Duration.ofSeconds(7));
                      throw new IllegalStateException("the device is lost");
                    }))
        .hasMessage("the device is lost");

    assertThat(times.slowest()).isZero();
    assertThat(times.longestUnderWay()).isZero();
  }

  /** Time passes, observed as by the pipeline's ticker. */
  private void run(Duration time) {
    long end = now + time.toNanos();
    while (now < end) {
      now = Math.min(end, now + TICK.toNanos());
      clock.tick();
    }
  }

  /** Time passes unobserved. */
  private void stop(Duration time) {
    now += time.toNanos();
  }
}
