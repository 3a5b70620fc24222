package dev.imprint.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class LowPriorityTest {
  @Test
  void shouldLowerTheThreadThatOpensAlone() throws Exception {
    assumeTrue(Files.exists(Path.of("/proc/thread-self")), "Linux alone has it for each thread");
    assumeTrue(hasRenice(), "renice is missing");

    boolean opening = LowPriority.open("opening", LowPriority::isLow);

    assertThat(opening).isTrue();
    assertThat(LowPriority.niceness()).isLessThan(10);
  }

  @Test
  void shouldPassOnWhyItCannotBeOpened() {
    assertThatThrownBy(
            () ->
                LowPriority.open(
                    "opening",
                    () -> {
                      throw new IOException("broken");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("broken");
    assertThatThrownBy(
            () ->
                LowPriority.open(
                    "opening",
                    () -> {
                      throw new IllegalStateException("a bug");
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a bug");
  }

  /** Otherwise nobody would close it. */
  @Test
  void shouldGiveTheResultToAThreadThatIsInterrupted() throws Exception {
    CountDownLatch opening = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    FutureTask<String> task =
        new FutureTask<>(
            () -> {
              String opened =
                  LowPriority.open(
                      "opening",
                      () -> {
                        opening.countDown();
                        awaitUninterruptibly(interrupted);
                        return "opened";
                      });
              return opened + ", interrupted: " + Thread.interrupted();
            });
    Thread thread = new Thread(task);

    thread.start();
    opening.await();
    thread.interrupt();
    interrupted.countDown();

    assertThat(task.get()).isEqualTo("opened, interrupted: true");
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e); // only the waiting thread is interrupted
    }
  }

  private static boolean hasRenice() throws InterruptedException {
    try {
      return new ProcessBuilder("renice", "--version").start().waitFor() >= 0;
    } catch (IOException e) {
      return false;
    }
  }
}
