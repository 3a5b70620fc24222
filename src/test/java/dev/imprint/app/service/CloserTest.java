package dev.imprint.app.service;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class CloserTest {
  @Test
  @Timeout(30)
  void shouldLeaveAPartThatDoesNotClose() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);

    Closer.closeInTime(
        () -> {
          begun.countDown();
          never.await();
        },
        Duration.ofMillis(200));

    assertThat(begun.await(10, SECONDS)).isTrue();
  }

  @Test
  void shouldWaitForAPartThatClosesAndPassItsFailureOn() throws Exception {
    AtomicInteger closed = new AtomicInteger();

    Closer.closeInTime(closed::incrementAndGet, Duration.ofSeconds(30));

    assertThat(closed).hasValue(1);
    assertThatThrownBy(
            () ->
                Closer.closeInTime(
                    () -> {
                      throw new IllegalStateException("the device is lost");
                    },
                    Duration.ofSeconds(30)))
        .hasMessageContaining("the device is lost");
  }
}
