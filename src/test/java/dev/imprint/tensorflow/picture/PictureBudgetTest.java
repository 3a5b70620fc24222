package dev.imprint.tensorflow.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imprint.model.RejectedException;
import dev.imprint.model.Rejection;
import dev.imprint.tensorflow.picture.PictureBudget.Need;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PictureBudgetTest {
  private static final long MIB = 1 << 20;

  @Test
  void shouldNeverHoldMoreThanItsMemoryWhoeverDecodes() throws Exception {
    PictureBudget budget = new PictureBudget(ImageLimits.DEFAULT, 100 * MIB, 800 * MIB);
    AtomicLong held = new AtomicLong();
    AtomicLong most = new AtomicLong();
    CountDownLatch all = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(16);
    try {
      List<Future<Long>> pictures = new ArrayList<>();
      for (int i = 0; i < 160; i++) {
        long need = (i % 8 + 1) * 100 * MIB;
        pictures.add(
            threads.submit(
                () -> {
                  all.await();
                  return budget.with(
                      new Need(0, need),
                      () -> {
                        most.accumulateAndGet(held.addAndGet(need), Math::max);
                        Thread.onSpinWait();
                        return held.addAndGet(-need);
                      });
                }));
      }
      all.countDown();
      for (Future<Long> picture : pictures) {
        picture.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(most).hasValueLessThanOrEqualTo(800 * MIB);
  }

  @Test
  void shouldRefuseWhatTheHeapCanNeverHold() {
    PictureBudget budget = new PictureBudget(ImageLimits.DEFAULT, 100 * MIB, 800 * MIB);

    assertThatThrownBy(() -> budget.with(new Need(101 * MIB, 1), () -> "unpacked"))
        .hasMessageContaining("101 MiB, the limit is 100 MiB of Java's heap")
        .hasMessageContaining("-Xmx")
        .isInstanceOfSatisfying(
            RejectedException.class,
            e -> assertThat(e.reason()).isEqualTo(Rejection.TOO_MANY_PIXELS));
  }

  @Test
  void shouldGiveBackWhatAFailureHeld() throws Exception {
    PictureBudget budget = new PictureBudget(ImageLimits.DEFAULT, MIB, MIB);

    assertThatThrownBy(
            () ->
                budget.with(
                    new Need(MIB, MIB),
                    () -> {
                      throw new IllegalStateException("broken");
                    }))
        .hasMessage("broken");

    assertThat(budget.<String>with(new Need(MIB, MIB), () -> "unpacked")).isEqualTo("unpacked");
  }

  @Test
  void shouldTakeEachPictureWithinTheLimitsOfPixels() throws Exception {
    PictureBudget budget = PictureBudget.of(ImageLimits.DEFAULT);
    long pixels = ImageLimits.DEFAULT.maxPixels();

    assertThat(budget.<String>with(new Need(0, 14 * pixels), () -> "a JPEG")).isEqualTo("a JPEG");
    assertThat(budget.<String>with(new Need(4 * pixels, 6 * pixels), () -> "a BMP"))
        .isEqualTo("a BMP");
  }
}
