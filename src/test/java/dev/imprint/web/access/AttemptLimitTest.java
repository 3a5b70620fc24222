package dev.imprint.web.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imprint.pipeline.TestClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class AttemptLimitTest {
  private static final Duration PAUSE = Duration.ofSeconds(30);

  private final TestClock clock = new TestClock(Instant.EPOCH);
  private final AttemptLimit limit = new AttemptLimit(3, PAUSE, clock);

  @Test
  void shouldAllowSomeAttemptsAndThenOneAfterEachPause() {
    useUp("ada");

    assertThat(limit.take("ada")).isEqualTo(PAUSE);
    clock.advance(PAUSE);
    assertThat(limit.take("ada")).isZero();
    assertThat(limit.take("ada")).isEqualTo(PAUSE);
    clock.advance(PAUSE.multipliedBy(100));
    useUp("ada");
    assertThat(limit.take("ada")).isEqualTo(PAUSE);
  }

  @Test
  void shouldCountEachKeyByItself() {
    useUp("ada");

    assertThat(limit.take("bob")).isZero();
  }

  @Test
  void shouldGiveAllAttemptsBack() {
    useUp("ada");

    limit.reset("ada");

    useUp("ada");
  }

  @Test
  void shouldForgetTheKeysThatWereUsedLongestAgo() {
    useUp("ada");
    useUp("bob");
    for (int i = 1; i < AttemptLimit.MOST_KEYS; i++) {
      limit.take("somebody " + i);
    }

    assertThat(limit.take("bob")).isEqualTo(PAUSE);
    assertThat(limit.take("ada")).isZero();
  }

  private void useUp(String key) {
    for (int i = 0; i < 3; i++) {
      assertThat(limit.take(key)).isZero();
    }
  }
}
