package dev.imprint.page.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class OneThreadTest {
  private final OneThread thread = new OneThread("test");
  private final CountDownLatch goOn = new CountDownLatch(1);
  private volatile boolean interrupted;

  @Test
  void shouldDoOneThingAtATime() {
    assertThat(thread.start(this::work)).isTrue();
    assertThat(thread.start(this::work)).isFalse();

    goOn.countDown();

    await().until(() -> !thread.isWorking());
    assertThat(thread.start(this::work)).isTrue();
  }

  @Test
  void shouldInterruptAndAwaitTheWorkWhenClosedAndStartNoMore() {
    thread.start(this::work);

    thread.close();

    assertThat(interrupted).isTrue();
    assertThat(thread.isWorking()).isFalse();
    assertThat(thread.start(this::work)).isFalse();
  }

  private void work() {
    try {
      goOn.await();
    } catch (InterruptedException e) {
      interrupted = true;
    } finally {
      thread.ended();
    }
  }
}
