package dev.imprint.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BatchTimeTest {
  private long now;

  @Test
  void shouldTakeTheFastestRunAfterTheFirst() {
    List<Long> runs = List.of(2_000L, 90L, 40L, 70L, 50L, 60L);
    AtomicInteger run = new AtomicInteger();

    BatchTime time =
        BatchTime.measure(
            () -> now += Duration.ofMillis(runs.get(run.getAndIncrement())).toNanos(),
            () -> now,
            soFar -> false);

    assertThat(time.alone()).isEqualTo(Duration.ofMillis(40));
    assertThat(time.unhindered()).isLessThanOrEqualTo(Duration.ofMillis(40));
    assertThat(time.inService()).isZero();
    assertThat(run).hasValue(6);
  }

  @Test
  void shouldStopMeasuringOnceItIsFastEnough() {
    List<Long> runs = List.of(20L, 90L, 40L, 30L);
    AtomicInteger run = new AtomicInteger();

    BatchTime time =
        BatchTime.measure(
            () -> now += Duration.ofMillis(runs.get(run.getAndIncrement())).toNanos(),
            () -> now,
            soFar -> soFar.alone().toMillis() < 50);

    assertThat(time.alone()).isEqualTo(Duration.ofMillis(40));
    assertThat(run).hasValue(3);
  }

  @Test
  void shouldNotKeepTheStartWaitingForASlowNetwork() {
    AtomicInteger run = new AtomicInteger();

    BatchTime time =
        BatchTime.measure(
            () -> {
              run.incrementAndGet();
              now += Duration.ofSeconds(5).toNanos();
            },
            () -> now,
            soFar -> false);

    assertThat(time.alone()).isEqualTo(Duration.ofSeconds(5));
    assertThat(run).hasValue(2);
  }

  @Test
  void shouldGrowWithTheImagesOfABatch() {
    BatchTime ofEight =
        new BatchTime(Duration.ofMillis(100), Duration.ofMillis(80), Duration.ofSeconds(9));

    assertThat(ofEight.scaled(8, 20))
        .isEqualTo(
            new BatchTime(Duration.ofMillis(250), Duration.ofMillis(200), Duration.ofSeconds(9)));
  }

  @Test
  void shouldTakeTheSlowerBackbone() {
    BatchTime slower = BatchTime.of(Duration.ofSeconds(2));

    assertThat(BatchTime.of(Duration.ofSeconds(1)).or(slower)).isEqualTo(slower);
  }
}
